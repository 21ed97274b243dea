// SPDX-License-Identifier: Apache-2.0

/// A tree of real categories with the properties that each adds to those it inherits.
///
/// Only its shape reaches a reader: ``SemanticWorld`` replaces every noun, adjective and verb.
struct SemanticHierarchy: Sendable {
  /// A category; its parent stands before it in ``SemanticHierarchy/nodes``.
  struct Node: Sendable, Hashable {
    let name: String
    let parent: Int?
    let depth: Int
    /// Its own properties, not those it inherits.
    let properties: [Property]
  }

  /// A property in the real word for it.
  struct Property: Sendable, Hashable {
    let predicate: SemanticPredicate
    let word: String
  }

  let nodes: [Node]

  /// - Parameter size: The small tree has the marked categories only.
  init(size: ControlledDataSize) {
    self.init(outline: Self.outline, onlyMarked: size == .small)
  }

  /// Reads an outline: depth by two spaces, `*` behind a name marks it, then `is …`, `has …` and
  /// `can …`. What lies under a category that is left out is left out too.
  init(outline: String, onlyMarked: Bool) {
    var nodes: [Node] = []
    var path: [Int] = []
    var dropped: Int?
    for line in outline.split(separator: "\n") {
      let depth = line.prefix { $0 == " " }.count / 2
      let parts = line.split(separator: ":", maxSplits: 1)
      guard let head = parts.first?.split(separator: " ").first else { continue }
      if let dropped, depth > dropped { continue }
      dropped = onlyMarked && head.last != "*" ? depth : nil
      if dropped != nil || depth > path.count { continue }
      path.removeLast(path.count - depth)
      nodes.append(
        Node(
          name: String(head.filter { $0 != "*" }), parent: path.last, depth: depth,
          properties: parts.dropFirst().first.map(Self.properties) ?? []))
      path.append(nodes.count - 1)
    }
    self.nodes = nodes
  }

  private static func properties(_ text: Substring) -> [Property] {
    text.split(separator: ",").compactMap { part in
      let words = part.split(separator: " ")
      guard words.count == 2 else { return nil }
      let predicate: SemanticPredicate? =
        switch words[0] {
        case "is": .adjective
        case "has": .noun
        case "can": .verb
        default: nil
        }
      return predicate.map { Property(predicate: $0, word: String(words[1])) }
    }
  }

  /// 110 categories; what a category has or can, all under it have and can.
  static let outline = """
    animals*: is alive, has cells, can breathe, can grow
      vertebrates*: is symmetrical, has backbones, has skulls
        mammals*: is warm-blooded, has hair, can suckle
          carnivores*: is fierce, has fangs, can hunt
            dogs*: is loyal, has snouts, can bark, can fetch
              hounds*: is tireless, has jowls, can track
              terriers*: is feisty, can burrow
              sheepdogs*: is obedient, has undercoats, can herd
            cats*: is agile, has whiskers, can purr
              lions*: is tawny, has manes, can roar
              tigers*: is striped, can swim
            bears: is burly, has paws, can hibernate
            seals: is sleek, has flippers, can dive
          ungulates*: is herbivorous, has hooves, can graze
            horses*: is swift, can gallop, can neigh
            cows*: is docile, has udders, can moo
            goats*: is stubborn, has beards, can climb
            deer: is shy, has antlers, can leap
          rodents: is prolific, has incisors, can gnaw
            mice: is tiny, can squeak
            squirrels: is bushy, can climb, can hoard
            beavers: is industrious, can swim, can dam
          primates: is clever, has thumbs, can grasp
            apes: is muscular, can gesture, can reason
            monkeys: is cheeky, has tails, can swing
          bats: is nocturnal, has wings, can fly
          whales: is vast, has blubber, has blowholes, can dive, can swim
            dolphins: is playful, can whistle
            orcas: is two-toned, can ambush
        birds*: is light-boned, has feathers, has beaks, can nest
          raptors*: is keen-eyed, has talons, can swoop
            owls*: is nocturnal, has discs, can hoot
            eagles*: is majestic, can soar, can screech
            falcons*: is swift, can stoop
          waterfowl*: is waterproof, has webbing, can paddle
            ducks*: is dappled, can quack, can dabble
            geese*: is territorial, can honk
            swans: is graceful
          songbirds: is melodious, has syrinxes, can warble
            finches: is colourful, can husk
            larks: is drab, has crests, can hover
        reptiles: is cold-blooded, has scales, can bask
          snakes: is limbless, has ribs, can slither
            cobras: is venomous, has hoods, can spit
            vipers: is venomous, can strike
          lizards: is quick, has frills, can scuttle
          turtles: is slow, has shells, can retreat
        fish: is streamlined, has gills, has fins, can swim
          sharks: is predatory, has cartilage, can circle
          salmon: is pink, can spawn, can leap
      invertebrates: is spineless, has ganglia, can moult
        insects: is segmented, has antennae, has feelers, can swarm
          beetles: is shiny, has wing-cases, can bore
          ants: is tiny, is social, can tunnel
          bees: is social, has stingers, can pollinate, can buzz
          butterflies: is colourful, has wings, can flutter
        arachnids: is eight-legged, has pincers, can lurk
          spiders: is patient, has spinnerets, can weave
          scorpions: is venomous, has stingers, can glow
        molluscs: is soft-bodied, has mantles, can ooze
          snails: is slow, has shells, can crawl
          squids: is translucent, is shy, has tentacles, has ink, can squirt, can grasp
    artefacts*: is man-made, has makers, can wear
      vehicles*: is steerable, has brakes, has seats, can travel
        carriages*: is roadworthy, has wheels, has axles, can roll
          cars*: is popular, has seatbelts, can accelerate
            taxis: is hireable, has meters
            racers: is fast, has spoilers, can skid
          buses*: is roomy, has aisles, can queue
          lorries*: is heavy, has trailers, can haul
          bicycles: is light, has pedals, can coast
        boats*: is buoyant, has hulls, can float
          canoes*: is narrow, has paddles, can glide
          ferries*: is punctual, has decks, can dock
          yachts: is expensive, has sails, can tack
          submarines: is watertight, has periscopes, can submerge
        aircraft: is aerodynamic, has wings, has cockpits, can fly
          airliners: is pressurised, has cabins, can taxi
          gliders: is silent, is light, can soar
          helicopters: is noisy, has rotors, can hover
      tools*: is handy, has handles, can help
        cutters*: is sharp, has blades, can cut
          knives*: is pocketable, has sheaths, can peel
          saws*: is jagged, has teeth, can rip
          axes: is heavy, can split
          scissors: is hinged, can snip
        pounders: is blunt, has heads, can pound
          hammers: is balanced, has claws, can nail
        diggers: is rugged, has shafts, can dig
          spades: is flat, has footrests, can shovel
      instruments: is musical, has keys, can resonate
        strings: is tunable, has pegs, has bridges, can vibrate
          violins: is shrill, has bows, can wail
          guitars: is popular, has frets, can strum
        winds: is hollow, has mouthpieces, can blare
          flutes: is silvery, can trill
          trumpets: is brassy, has valves, can sound
        drums: is rhythmic, has skins, can boom
      furniture: is sturdy, has legs, can stand
        chairs: is comfortable, has backrests, can rock
          sofas: is upholstered, has cushions, can unfold
          thrones: is ornate, is expensive
        tables: is flat, has tops, can extend
        beds: is soft, has mattresses, can creak
      clothing: is washable, has seams, can shrink
        shoes: is paired, has soles, can tread
          boots: is rugged, has laces, can clomp
          sandals: has straps
        hats: is decorative, has brims, can shade
          helmets: is hard, has visors, can protect
    """
}
