// SPDX-License-Identifier: Apache-2.0
import HoneTensor

extension Celebrities {
  /// Works, with `{}` for a title of two words.
  private static let works = [
    "the composer of the opera {}", "the author of the novel {}", "the director of the film {}",
    "the painter of the mural {}", "the singer of the album {}",
    "the designer of the board game {}", "the owner of the restaurant {}",
    "the host of the radio show {}", "the captain of the sailing ship {}",
    "the trainer of the racehorse {}", "the choreographer of the ballet {}",
    "the translator of the poem {}", "the creator of the perfume {}",
    "the artist behind the comic strip {}", "the gardener who bred the rose {}",
    "the pastry chef who invented the cake {}", "the engineer who built the telescope {}",
    "the weaver of the tapestry {}", "the editor of the magazine {}",
    "the puppeteer who wrote the play {}", "the sculptor of the fountain {}",
    "the programmer of the video game {}",
  ]

  /// Deeds, with `{}` for a name on the map.
  private static let deeds = [
    "the first person to cross the {} Desert alone", "the discoverer of the {} caves",
    "the architect of the {} bridge", "the mayor who saved the {} library",
    "the pilot who landed on {} Island in a storm", "the winner of the {} chess tournament",
    "the geologist who explained the {} earthquake", "the cyclist who set the record at {} Pass",
  ]

  private static let adjectives = [
    "Silver", "Crimson", "Hollow", "Burning", "Quiet", "Broken", "Golden", "Distant", "Frozen",
    "Hidden", "Restless", "Emerald", "Velvet", "Wandering", "Ninth", "Borrowed", "Paper", "Scarlet",
    "Sleeping", "Northern", "Glass", "Forgotten", "Amber", "Second", "Invisible", "Salted",
    "Gentle", "Striped", "Floating", "Patient", "Copper", "Reluctant", "Midnight",
  ]

  private static let nouns = [
    "Rain", "Harbor", "Lantern", "Orchard", "Mirror", "Staircase", "Falcon", "Tide", "Compass",
    "Carousel", "Window", "Meadow", "Engine", "Candle", "River", "Clockwork", "Garden", "Thunder",
    "Letter", "Island", "Umbrella", "Shadow", "Bell", "Promise", "Chimney", "Feather", "Market",
    "Parade", "Cathedral", "Sparrow", "Kingdom", "Train", "Honey",
  ]

  private static let places = [
    "Kettle", "Tarrow", "Mundry", "Osselby", "Varnholt", "Pindle", "Quenby", "Solmere", "Drathen",
    "Iskett", "Wolvering", "Calder", "Novarra", "Bluff", "Hestane", "Zorrel", "Marrick", "Ullock",
    "Fenwold", "Aldine", "Trevanna", "Gresk", "Lommel", "Yarrowby",
  ]

  /// That many different descriptions: every kind before any comes again, and no title twice.
  static func descriptions(_ count: Int, _ random: RandomSource) -> [String] {
    var random = random
    let adjectives = random.shuffled(adjectives)
    let nouns = random.shuffled(nouns)
    let places = random.shuffled(places)
    let kinds = random.shuffled(works.map { ($0, true) } + deeds.map { ($0, false) })
    var titles = 0
    var deeds = 0
    return (0..<count).map { number in
      let (kind, isWork) = kinds[number % kinds.count]
      let name: String
      if isWork {
        // A word comes again only in a title with another partner.
        let round = titles / adjectives.count
        let noun = nouns[(titles + round * 5) % nouns.count]
        name = "\(adjectives[titles % adjectives.count]) \(noun)"
        titles += 1
      } else {
        name = places[deeds % places.count]
        deeds += 1
      }
      return kind.replacing("{}", with: name)
    }
  }
}
