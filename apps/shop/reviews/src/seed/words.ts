/** What people say who give so many stars: titles, how they begin, what they noticed, how they end. */
export interface Voice {
  titles: readonly string[];
  openings: readonly string[];
  details: readonly string[];
  closings: readonly string[];
}

const lines = (text: string): string[] => text.trim().split(/\s*\n\s*/);

const DELIGHTED: Voice = {
  titles: lines(`Exactly what I hoped for
    Better than in the pictures
    Would buy it again tomorrow
    My favourite purchase this year
    Simply good
    Worth every cent
    Made with care
    A small joy every day
    Finally one that lasts
    Five stars without thinking
    Even my mother approves
    Should have bought it sooner`),
  openings: lines(`I looked for months and I am glad I waited for this one.
    Arrived two days early and well packed, without any plastic.
    We have had it for three months now and use it daily.
    Bought as a present and nearly kept it.
    This is the second one we own, which says it all.
    I was sceptical about the price, and I am not any more.
    It looks even better in daylight than on the page.
    A friend recommended it, and now I recommend it to everyone.`),
  details: lines(`The finish is flawless, down to the underside that nobody sees.
    It feels solid in the hand and nothing rattles.
    The colour is warm and matches the photographs.
    Everything fits as it should, and the instructions have pictures that help.
    Cleaning takes a minute, and it still looks like new.
    You notice that somebody thought about the details.
    It survived two children and a dog.
    The weight is just right.
    It took me ten minutes to set up, coffee included.`),
  closings: lines(`Thank you to whoever designed this.
    I cannot think of anything to improve.
    I would not give it back.
    The next one is already in my basket.
    Warmly recommended.
    A pleasure to use.
    It will outlive me, I suspect.`),
};

const PLEASED: Voice = {
  titles: lines(`Very good, with one small wish
    Nearly perfect
    Does what it promises
    Good quality for the price
    Happy with it
    Solid choice
    Almost five stars
    A good everyday companion
    We like it`),
  openings: lines(`A good product that I would choose again.
    It took a week to arrive, but it was worth the wait.
    In use for a month, and so far no complaints.
    It does its work and looks good doing it.
    I compared a few of them, and this is the most sensible one.
    It is a little larger than I had imagined.`),
  details: lines(`The material is pleasant to touch and seems hard to wear out.
    The colour is a shade darker than on my screen.
    One screw was a bit tight, the rest went together easily.
    I wish there were one more size.
    It smelled of new things for a day, then no more.
    Well made, and the edges are properly finished.
    It could be a little lighter.`),
  closings: lines(`Still, I am glad I bought it.
    One star less for the delivery, none for the product.
    For the price that is more than fair.
    I would buy it again.
    Recommended, if you measure first.
    All in all a good buy.`),
};

const UNDECIDED: Voice = {
  titles: lines(`It is all right
    Good idea, average execution
    Mixed feelings
    Does the job
    Expected a little more
    Fine for the money`),
  openings: lines(`It works, but it did not win my heart.
    Not bad, not great.
    The photographs promise a little more than there is.
    I have mixed feelings about this one.`),
  details: lines(`The finish is uneven in one corner.
    It marks more easily than I had hoped.
    The instructions left me guessing at step four.
    It is smaller than it looks on the page.
    The material is good, the fittings are not.`),
  closings: lines(`I keep it, though I would look around more next time.
    For half the price I would be content.
    It will do for the guest room.
    Service answered quickly, at least.`),
};

const DISAPPOINTED: Voice = {
  titles: lines(`Not for me
    Sent it back
    Disappointed
    Broke after three weeks
    Looked better online`),
  openings: lines(`I really wanted to like it.
    It arrived with a scratch and one part missing.
    After three weeks of normal use it is in the cupboard.
    This was not what I had ordered.`),
  details: lines(`One joint came loose on the second day.
    The colour has little to do with the picture.
    It wobbles, whatever I put under it.
    The material feels thin where it should not.`),
  closings: lines(`The refund was quick, I will say that.
    A pity, because the idea is good.
    I would not buy it again.
    Perhaps I was unlucky with mine.`),
};

/** The voice of a rating. */
export function voiceOf(rating: number): Voice {
  if (rating === 5) return DELIGHTED;
  if (rating === 4) return PLEASED;
  return rating === 3 ? UNDECIDED : DISAPPOINTED;
}

/** First names of the people who write. */
export const FIRST_NAMES =
  'Ada Anton Aylin Beatrix Bruno Carla Cem Clara Daniel Dina Elias Emma Erik Fatima Filip Freya Greta Hanna Henrik Ida Ines Ivan Jana Jonas Julia Karim Katja Lars Lea Linus Luca Magda Marek Mia Milan Nadia Nils Nora Olga Oskar Paula Pedro Petra Rafael Rosa Samir Sara Sofia Tomas Vera Viktor Yara Zoe'.split(
    ' ',
  );
