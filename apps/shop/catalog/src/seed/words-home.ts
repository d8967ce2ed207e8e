/** Words for the rooms of a house; the columns are those of {@link parseCategories}. */
export const HOME_WORDS = `
# furniture | Furniture | Nordvik, Aldern, Tessin, Halden, Varma, Ostra, Lindholm, Brenner, Calder | Easy to put together with the tool in the box; Felt pads for the floor are included
Dining Table | table | 349-1290 | oak, walnut, ash | size: 140 cm, 180 cm, 220 cm | A calm table for long breakfasts, with rounded edges and room for one more guest
Lounge Chair | chair | 229-690 | ash, walnut, wool | colour: Moss, Sand, Graphite, Rust | A low chair that holds you upright enough to read and far enough back to doze
Dining Chair | chair | 89-260 | oak, beech, ash | colour: Natural, Black, Smoke | Light to lift, sturdy enough for a child to climb on, and it stacks four high
Bookcase | shelf | 179-620 | oak, birch, steel | size: 80 cm, 120 cm | Five deep shelves that take art books without sagging
Coffee Table | table | 129-480 | walnut, oak, glass | size: 60 cm, 90 cm | A round top with a second level below for the things that should not lie about
Sideboard | cabinet | 399-1190 | oak, walnut | size: 120 cm, 160 cm, 200 cm | Sliding doors in front, a way for cables behind, and drawers that close themselves
Bedside Table | cabinet | 79-240 | birch, oak, beech | colour: Natural, White, Forest | One drawer for secrets and an open shelf for the book you are in the middle of
Bench | table | 119-390 | ash, oak, beech | size: 100 cm, 140 cm | For the hall, the foot of the bed or the long side of a full table
Stool | chair | 49-159 | beech, birch, cork | colour: Natural, Ochre, Black | A seat, a side table and a step to the top shelf

# lighting | Lighting | Lumen, Solvang, Arca, Vesper, Polaris, Nimbus, Candela, Ember, Halo | Takes a common E27 bulb; Wired and tested by hand before it leaves the workshop
Pendant Lamp | pendant | 69-320 | brass, glass, steel | colour: Ivory, Moss, Brass, Black | Hangs low over a table and throws a soft circle of warm light
Floor Lamp | lamp | 99-420 | steel, brass, oak | colour: Black, Brass, Sand | A slim stand with a shade that tilts to where you read
Desk Lamp | lamp | 49-189 | aluminium, steel | colour: White, Graphite, Red | Two joints, one hand: the arm stays where you leave it
Table Lamp | lamp | 39-210 | ceramic, glass, linen | colour: Chalk, Terracotta, Blue | A small glow for the window sill or beside the bed
Wall Light | pendant | 45-179 | brass, ceramic, steel | colour: Brass, White | Light up and down the wall, none in your eyes
String Lights | lantern | 25-79 | copper, cotton | size: 5 m, 10 m, 20 m | Warm little lights for a balcony, a tent or a birthday
Reading Light | lamp | 29-99 | aluminium, brass | colour: Black, Silver | Clips to a shelf and leaves the other side of the bed in the dark
Ceiling Lamp | pendant | 59-260 | glass, linen, bamboo | size: 35 cm, 50 cm | A flat shade that spreads light evenly through a whole room
Table Lantern | lantern | 29-119 | steel, glass, bamboo | colour: Black, Olive, Sand | Runs for a night on one charge and goes wherever dinner goes

# kitchen | Kitchen and Dining | Petra, Marlo, Saffron, Brisk, Olmo, Fennel, Tavola, Juniper, Rusk | Safe in the dishwasher unless it is wood or iron; Spare parts can be ordered for ten years
Stock Pot | pot | 49-189 | steel, iron, enamel | size: 3 l, 5 l, 8 l | A thick base that heats evenly, and a lid that keeps the soup from boiling over
Frying Pan | pan | 29-139 | iron, steel, aluminium | size: 20 cm, 24 cm, 28 cm | Browns evenly to the rim and gets better the more you cook in it
Chef's Knife | knife | 39-219 | steel, walnut | size: 16 cm, 20 cm, 24 cm | A balanced blade that stays sharp through a winter of onions
Mixing Bowl | bowl | 15-69 | steel, ceramic, bamboo | size: 1 l, 2 l, 4 l | Wide enough to whisk in, with a rim that pours without dripping
Dinner Plate | plate | 12-39 | ceramic, enamel | colour: Chalk, Sage, Slate | A slightly raised edge, so the sauce stays where it belongs
Coffee Maker | kettle | 34-149 | steel, glass, copper | size: 3 cups, 6 cups | Slow coffee without paper, plugs or noise
Kettle | kettle | 29-119 | steel, enamel, copper | colour: Cream, Black, Sky | Boils a litre quickly and sings when it is done
Chopping Board | plate | 19-89 | oak, beech, bamboo | size: Small, Medium, Large | End grain that is kind to knives, with a groove for juice
Storage Jar | jar | 9-35 | glass, ceramic | size: 0.5 l, 1 l, 2 l | A tight lid for flour, beans and the good biscuits

# textiles | Bedding and Textiles | Linnea, Dusk, Meadow, Cloud, Sommar, Aurora, Birk, Haven, Selja | Washed once before it is packed, so it will not shrink; Woven by a family mill
Duvet Cover | pillow | 49-169 | linen, cotton | size: 135 x 200, 155 x 220, 200 x 220 | Breathes in summer, warms in winter and never needs ironing
Cushion | pillow | 19-69 | wool, linen, cotton | colour: Rust, Sand, Ocean, Moss | Firm enough for the back and soft enough for the head
Wool Blanket | blanket | 59-199 | wool | colour: Cream, Heather, Forest | Light on the shoulders, warm on the balcony
Bath Towel | towel | 15-49 | cotton, linen | size: 50 x 100, 70 x 140, 100 x 150 | Thick loops that drink water and dry fast on the rail
Rug | rug | 79-690 | wool, jute, cotton | size: 120 x 170, 160 x 230, 200 x 300 | Flat woven, with a quiet pattern that forgives crumbs
Curtain | blanket | 39-149 | linen, cotton | size: 140 x 250, 140 x 300 | Lets the morning in and keeps the neighbours out
Tablecloth | blanket | 29-99 | linen, cotton | size: 140 x 180, 140 x 240 | Heavy enough to hang well and happy with red wine
Fitted Sheet | pillow | 25-79 | cotton, linen | size: 90 x 200, 140 x 200, 180 x 200 | Deep corners that stay where they are all night
Tea Towel | towel | 7-19 | linen, cotton | colour: Stripe, Check, Plain | Polishes a glass without leaving fluff

# bath | Bath | Laguna, Reed, Pebble, Tide, Onsen, Birka, Foam, Cove, Mineral | Stands damp air for years; Can be put up without drilling
Soap Dispenser | jar | 15-49 | ceramic, glass, steel | colour: White, Stone, Amber | Refill it from the big bottle and forget about plastic
Bath Mat | rug | 19-79 | cotton, cork, bamboo | size: 50 x 70, 60 x 90 | Dry feet at once, dry mat an hour later
Laundry Basket | basket | 29-119 | bamboo, jute, cotton | size: 40 l, 65 l, 90 l | Handles that fit two hands and a lid that hides the week
Towel Rail | shelf | 25-99 | brass, steel, oak | size: 45 cm, 60 cm, 80 cm | Three bars, so nothing has to dry in a heap
Shower Caddy | basket | 19-59 | steel, bamboo | colour: Black, Steel | Holds bottles upright and lets the water out below
Toothbrush Mug | jar | 8-25 | ceramic, enamel | colour: Chalk, Sage, Blue | A small mug with a heavy foot that does not tip
Bathroom Mirror | mirror | 59-290 | oak, brass, steel | size: 40 cm, 60 cm, 80 cm | Clear to the edge, with a slim frame and a ledge for a comb
Bath Shelf | shelf | 29-109 | bamboo, oak | size: 70 cm, 80 cm | Lies across the tub for a book, a candle and a glass
Bath Stool | chair | 45-149 | bamboo, oak, cork | colour: Natural, Dark | Steady on wet tiles and pleasant to sit on

# decor | Decor | Mira, Fable, Terra, Opal, Sisal, Grove, Kindle, Nord, Palma | Each piece differs a little from the next; Packed without plastic
Vase | vase | 19-129 | ceramic, glass | size: 15 cm, 25 cm, 35 cm | A narrow neck that makes three stems look like a bouquet
Picture Frame | frame | 15-89 | oak, walnut, aluminium | size: A4, A3, 50 x 70 | Real glass, a thin edge and hooks for both directions
Wall Mirror | mirror | 49-320 | brass, oak, steel | size: 40 cm, 60 cm, 90 cm | Doubles the light of a small room
Candle Holder | lantern | 12-59 | brass, iron, ceramic | colour: Brass, Black, Chalk | Holds a taper straight and catches the wax
Plant Pot | plant | 12-79 | terracotta, ceramic | size: 12 cm, 18 cm, 26 cm | Drains well into its own saucer and ages beautifully
Wall Clock | clock | 29-149 | oak, steel, cork | colour: Natural, Black, White | Hands that glide, so it never ticks at night
Poster | frame | 15-45 | paper | size: A3, 50 x 70, 70 x 100 | Printed on heavy paper with inks that do not fade
Fruit Bowl | bowl | 19-99 | walnut, ceramic, brass | colour: Natural, White, Brass | Wide and shallow, so pears lie side by side
Hanging Planter | plant | 15-59 | jute, ceramic, cotton | colour: Natural, Terracotta, White | For the trailing plant that deserves a window
`;
