import type { SeededRandom } from '@portico/shop-kit';
import type { Order } from '../order.ts';

/** People and places of one country; in `postalCode` each `#` stands for a digit and each `@` for a letter. */
interface Country {
  readonly code: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  /** Street with `#` where the house number is. */
  readonly streets: readonly string[];
  readonly cities: readonly (readonly [name: string, postalCode: string])[];
}

const netherlands: Country = {
  code: 'NL',
  firstNames: ['Sanne', 'Daan', 'Lotte', 'Bram', 'Femke', 'Jeroen', 'Noor', 'Thijs'],
  lastNames: ['de Vries', 'Jansen', 'Bakker', 'Visser', 'Smit', 'Mulder', 'Hoekstra', 'van Dijk'],
  streets: ['Prinsengracht #', 'Kerkstraat #', 'Lindelaan #', 'Oudegracht #'],
  cities: [
    ['Amsterdam', '10## @@'],
    ['Utrecht', '35## @@'],
    ['Delft', '26## @@'],
    ['Groningen', '97## @@'],
  ],
};

const germany: Country = {
  code: 'DE',
  firstNames: ['Anna', 'Jonas', 'Mia', 'Felix', 'Katharina', 'Lukas', 'Jürgen', 'Sophie'],
  lastNames: ['Schmidt', 'Weber', 'Krüger', 'Hoffmann', 'Becker', 'Schäfer', 'Neumann', 'Vogel'],
  streets: ['Gartenstraße #', 'Bergweg #', 'Schillerstraße #', 'Am Markt #'],
  cities: [
    ['Berlin', '10###'],
    ['Leipzig', '041##'],
    ['Hamburg', '20###'],
    ['Freiburg', '791##'],
  ],
};

const france: Country = {
  code: 'FR',
  firstNames: ['Camille', 'Hugo', 'Chloé', 'Antoine', 'Inès', 'Mathieu', 'Élise', 'Julien'],
  lastNames: ['Martin', 'Lefèvre', 'Moreau', 'Girard', 'Rousseau', 'Fontaine', 'Mercier', 'Blanc'],
  streets: ['# rue de la République', '# avenue Jean Jaurès', '# rue des Lilas', '# quai du Rhône'],
  cities: [
    ['Lyon', '6900#'],
    ['Nantes', '44#00'],
    ['Lille', '59#00'],
    ['Annecy', '74000'],
  ],
};

const ireland: Country = {
  code: 'IE',
  firstNames: ['Aoife', 'Cian', 'Niamh', 'Conor', 'Saoirse', 'Liam', 'Orla', 'Sean'],
  lastNames: ["O'Brien", 'Murphy', 'Kelly', 'Byrne', 'Walsh', 'Doyle', 'Nolan', 'Kavanagh'],
  streets: ['# Grafton Street', '# Harbour View', '# Oak Avenue', '# Mill Road'],
  cities: [
    ['Dublin', 'D0# @#@#'],
    ['Galway', 'H91 @#@#'],
    ['Cork', 'T12 @#@#'],
  ],
};

const countries = [netherlands, netherlands, germany, germany, germany, france, france, ireland];

/** Somebody who might have ordered, and where they live; the mail address is one that can never exist. */
export function makeCustomer(random: SeededRandom): Pick<Order, 'customer' | 'address'> {
  const { code, firstNames, lastNames, streets, cities } = random.pick(countries);
  const [first, last] = [random.pick(firstNames), random.pick(lastNames)];
  const [city, postalCode] = random.pick(cities);
  return {
    customer: { name: `${first} ${last}`, email: `${plain(first)}.${plain(last)}@example.com` },
    address: {
      street: random.pick(streets).replace('#', String(random.between(1, 148))),
      city,
      postalCode: postalCode.replace(/[#@]/g, (sign) => (sign === '#' ? String(random.between(0, 9)) : letter(random))),
      country: code,
    },
  };
}

const letter = (random: SeededRandom): string => random.pick([...'ABCDEFHKNPRSTVWXY']);

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
