/** Words for the shed and everything beyond the door; the columns are those of {@link parseCategories}. */
export const OUTDOOR_WORDS = `
# storage | Storage | Stack, Fjord, Tidy, Cargo, Loft, Birch Row, Keep, Harbour, Nook | Pieces of the same series stack; Flat when it is not needed
Storage Box | box | 12-59 | birch, cotton, bamboo | size: Small, Medium, Large | A lid that stays on and a label that comes off
Wardrobe | cabinet | 299-890 | oak, birch, ash | size: 80 cm, 120 cm, 160 cm | A rail, six shelves and doors that open without a sound
Coat Rack | shelf | 39-169 | oak, steel, beech | size: 4 hooks, 6 hooks, 8 hooks | Hooks far enough apart for winter coats
Wall Shelf | shelf | 25-129 | oak, walnut, steel | size: 40 cm, 60 cm, 90 cm | Hidden brackets that carry twenty kilograms
Shoe Rack | shelf | 35-149 | bamboo, steel, beech | size: 2 levels, 3 levels | Slanted, so muddy boots drip to the back
Wicker Basket | basket | 19-89 | jute, bamboo | size: 20 l, 35 l, 50 l | Takes blankets, toys or firewood without complaint
Drawer Unit | cabinet | 89-340 | birch, oak, steel | colour: White, Natural, Sage | Shallow drawers where pens are found at first try
Tool Chest | box | 69-290 | steel, aluminium | colour: Red, Graphite | Drawers on bearings and a lock for small hands
Garment Box | box | 15-45 | cotton, linen | size: Small, Large | Keeps wool safe from moths until October

# garden | Garden | Verda, Trellis, Clover, Bramble, Orchard, Hedge, Sedge, Thistle, Willow | Can stay outside all year; Made to be repaired
Watering Can | wateringcan | 25-79 | steel, enamel, copper | size: 2 l, 5 l, 9 l | A long neck for the back row and a fine rose for seedlings
Garden Chair | chair | 69-240 | teak, aluminium, steel | colour: Natural, Olive, White | Folds flat and stands firmly on grass
Garden Table | table | 149-690 | teak, aluminium | size: 80 cm, 140 cm, 200 cm | Slats that let the rain through and a hole for the parasol
Hand Trowel | trowel | 12-39 | steel, ash | colour: Natural, Green | A forged blade that does not bend on the first root
Pruning Shears | shears | 19-79 | steel, aluminium | size: Small, Large | A clean cut through a thumb of wood, one hand only
Raised Bed | box | 79-290 | larch, steel | size: 80 x 80, 120 x 80, 180 x 80 | Salad at the height of your hands, out of reach of the slugs
Planter Box | plant | 29-139 | larch, steel, terracotta | size: 40 cm, 60 cm, 80 cm | Herbs by the kitchen door, roots with room to grow
Bird House | house | 19-59 | larch, oak | colour: Natural, Red, Blue | The right hole for tits and the wrong one for cats
Parasol | parasol | 89-390 | aluminium, cotton | size: 250 cm, 300 cm, 350 cm | Shade that turns with the sun and stays up in a breeze

# camping | Camping | Taiga, Basecamp, Lynx, Solitude, Bivouac, Aspen, Drift, Tarn, Rover | Tested for three nights in the rain; Packs into its own bag
Two-Person Tent | tent | 149-590 | nylon | colour: Moss, Orange, Sand | Up in five minutes, even in the dark, and dry until morning
Family Tent | tent | 299-890 | cotton, nylon | size: 4 people, 6 people | Two bedrooms, a porch for wet boots and room to stand
Sleeping Bag | sleepingbag | 69-340 | down, nylon | size: Regular, Long | Warm to below zero, with a hood that leaves room to breathe
Camping Stove | stove | 39-169 | aluminium, steel | colour: Steel, Black | Boils a litre in four minutes and does not mind wind
Sleeping Mat | sleepingbag | 29-189 | nylon | size: Regular, Wide | Six centimetres of air between you and the stones
Camp Chair | chair | 35-139 | aluminium, nylon | colour: Olive, Navy, Rust | Folds to the size of a bottle, holds a tired hiker
Camp Lantern | lantern | 25-89 | aluminium, steel | colour: Olive, Sand, Black | Soft light for a table of cards, on for forty hours
Cool Box | box | 49-290 | steel, nylon | size: 15 l, 25 l, 40 l | Ice on Friday, cold drinks on Sunday
Camp Cookset | pot | 35-129 | aluminium, steel | size: 1 person, 2 people, 4 people | Two pots and a pan that nest into one

# hiking | Hiking | Summit, Cairn, Ridge, Alba, Traverse, Scree, Larch, Pinnacle, Wayfarer | Light enough to forget; Repaired free of charge for five years
Hiking Boot | boot | 119-320 | leather, nylon | size: 38, 40, 42, 44 | Holds the ankle, grips wet rock and is at ease on the first day
Trail Shoe | boot | 89-210 | nylon | size: 38, 40, 42, 44 | Light and quick, with a sole that clears mud by itself
Day Pack | backpack | 59-179 | nylon, cotton | size: 18 l, 24 l, 30 l | A back that breathes and a pocket for the map
Trekking Pack | backpack | 139-390 | nylon | size: 45 l, 60 l, 75 l | Carries a week on the hips and not on the shoulders
Rain Jacket | jacket | 99-380 | nylon | colour: Rust, Petrol, Moss, Black | Keeps a day of rain outside and lets the climb out
Trekking Poles | poles | 39-149 | aluminium, cork | size: 100-120 cm, 110-135 cm | Take weight off the knees on the long way down
Water Bottle | bottle | 15-49 | steel, aluminium | size: 0.5 l, 0.75 l, 1 l | Cold for a day, hot for half of one, and it never leaks
Wool Base Layer | jacket | 49-119 | wool | size: S, M, L, XL | Warm when wet, fresh after three days
Head Torch | lantern | 29-99 | aluminium | colour: Red, Grey | Shows the path and the face of who walks beside you

# cycling | Cycling | Velox, Breva, Pista, Chaîne, Roulé, Tempo, Gravel, Spindle, Derby | Fits nearly every bicycle; Tools for fitting are included
City Bicycle | bicycle | 449-1290 | steel, aluminium | size: S, M, L | Upright, with lights that are always on and a gear for every hill in town
Gravel Bicycle | bicycle | 990-2490 | steel, aluminium | size: S, M, L, XL | At home on tarmac and happiest where it ends
Cycling Helmet | helmet | 49-189 | polycarbonate | size: S, M, L | Well aired, light, and it turns to fit with one hand
Pannier Bag | backpack | 59-169 | nylon, cotton | colour: Olive, Black, Mustard | Clicks on and off and keeps a laptop dry
Bicycle Lights | lantern | 25-109 | aluminium | colour: Black, Silver | Seen from afar in front and behind, charged in an hour
Floor Pump | pump | 29-99 | steel, aluminium | colour: Black, Red | A gauge you can read and a foot that does not tip
Bicycle Lock | lock | 35-139 | steel | size: 85 cm, 110 cm | Thick links in a sleeve that is gentle to paint
Front Basket | basket | 29-89 | steel, bamboo | colour: Black, Natural | Bread, flowers and a small dog
Saddle | saddle | 45-159 | leather, cotton | colour: Honey, Black | Hard at first, then yours for life

# tools | Tools | Anvil, Forge, Plumb, Keystone, Rivet, Bevel, Mortise, Sterk, Ferro | Every part can be replaced; Guaranteed for the first owner's life
Claw Hammer | hammer | 19-69 | steel, ash | size: 450 g, 560 g | Well balanced, drives straight and pulls without marks
Hand Saw | saw | 19-79 | steel, beech | size: 350 mm, 500 mm | Teeth set by hand that cut on the pull and the push
Screwdriver Set | screwdriver | 15-89 | steel, beech | size: 6 pieces, 10 pieces, 18 pieces | Tips that fit, so screws keep their heads
Cordless Drill | drill | 79-290 | steel, polycarbonate | colour: Green, Graphite | Light in the hand, strong enough for an oak beam
Spirit Level | level | 15-79 | aluminium, beech | size: 40 cm, 60 cm, 120 cm | Reads true from both sides, also upside down
Adjustable Wrench | wrench | 19-59 | steel | size: 150 mm, 200 mm, 250 mm | Jaws without play for nuts of any origin
Work Gloves | glove | 9-35 | leather, cotton | size: 8, 9, 10 | Thin enough to pick up a nail, thick enough to carry stone
Workbench | table | 129-590 | beech, steel | size: 100 cm, 150 cm | A heavy top, two vices and a shelf for the planes
Axe | axe | 45-189 | steel, ash | size: 600 g, 1200 g | Splits a winter's wood and fits the hand like an old friend
`;
