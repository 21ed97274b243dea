// SPDX-License-Identifier: Apache-2.0

/// Forms of common verbs, by which the rules tell what a sentence says of its subject.
enum EnglishVerbs {
  private static let regular = """
    accept account acquire act add address adopt advise aim allow announce answer appear apply
    approve arrive ask assemble assign assist attach attack attend audit back bake base belong block
    boil border borrow call care carry cause celebrate chair change charge check clean climb close
    collect command compare complete compose conduct connect conquer consist contain control convert
    cook cool coordinate copy correct cost count cover craft create cross damage dance defeat defend
    deliver demand depend describe deserve design destroy detect develop direct discover display
    distribute divide drop earn edit employ enable end enforce enjoy enter establish evaluate
    examine exchange expect explain explore export express fear feature fill finance finish fit fix
    follow force form found fuel fund gain gather generate govern graduate grant guard guide handle
    happen hate head heat help hire host hunt identify import improve include increase inherit
    inspect inspire install introduce invent invest investigate invite issue join judge jump kill
    land last launch lay lie like limit link list live load locate look love lower maintain manage
    manufacture mark marry measure mention merge monitor mount move name need neighbour neighbor
    notify obtain occupy offer open operate order organise organize oversee own pack paint pass
    patrol perform phone pilot place plan plant play power prefer prepare present preserve press
    prevent print process produce program protect prove provide publish pull pump purchase pursue
    push rank reach receive recognise recognize recommend record recruit reduce refer release rely
    remain remember remove rename rent repair replace report represent request require rescue
    research reside respect restore retire return reveal review reward roll rule sail save schedule
    scan score search separate serve settle shape share ship show sign simulate sleep smell solve
    sort sound sponsor staff start state stay stock stop store stretch study succeed suffer suggest
    supervise supply support surround survey taste teach test thank tour touch tour track trade
    train transform translate transport travel treat trust turn update use value vary view visit
    wait walk want warn wash watch wear weigh welcome work worship yield
    """

  /// Base form, third person and past of those that the rules of spelling do not give.
  private static let irregular = """
    become/became begin/began bind/bound bite/bit blow/blew break/broke bring/brought build/built
    buy/bought catch/caught choose/chose come/came cost/cost cut/cut deal/dealt draw/drew
    drink/drank drive/drove eat/ate fall/fell feed/fed feel/felt fight/fought find/found fly/flew
    forge/forged forget/forgot get/got give/gave grow/grew hang/hung hear/heard hide/hid hit/hit
    hold/held keep/kept know/knew lead/led leave/left lend/lent lie/lay lose/lost make/made
    mean/meant meet/met oversee/oversaw pay/paid put/put read/read ride/rode ring/rang rise/rose
    run/ran say/said see/saw sell/sold send/sent set/set shine/shone sing/sang sit/sat sleep/slept
    speak/spoke spend/spent stand/stood steal/stole strike/struck swear/swore swim/swam take/took
    teach/taught tell/told think/thought throw/threw undergo/underwent understand/understood
    wear/wore weave/wove win/won write/wrote
    """

  /// As in a dictionary: `maintain`.
  static let bases: Set<String> = Set(pairs.map(\.base))
  /// `maintains`, `carries`, `reaches`.
  static let thirdPerson: Set<String> = Set(pairs.map { third($0.base) })
  /// `maintained`, `led`; both `ship` forms of each short verb, of which one is never met.
  static let past: Set<String> = Set(pairs.flatMap { $0.past.map { [$0] } ?? pasts($0.base) })

  private static let pairs: [(base: String, past: String?)] =
    regular.split { $0.isWhitespace }.map { (String($0), nil) }
    + irregular.split { $0.isWhitespace }.map {
      let forms = $0.split(separator: "/").map(String.init)
      return (forms[0], forms[1])
    }

  private static func third(_ base: String) -> String {
    if base.hasSuffix("y"), let before = base.dropLast().last, !"aeiou".contains(before) {
      return base.dropLast() + "ies"
    }
    let hisses = ["s", "x", "z", "ch", "sh", "o"].contains { base.hasSuffix($0) }
    return base + (hisses ? "es" : "s")
  }

  private static func pasts(_ base: String) -> [String] {
    if base.hasSuffix("e") { return [base + "d"] }
    guard let last = base.last, let before = base.dropLast().last else { return [] }
    if last == "y", !"aeiou".contains(before) { return [base.dropLast() + "ied"] }
    if "aeiou".contains(before), !"aeiouwxy".contains(last) {
      return [base + "ed", base + String(last) + "ed"]
    }
    return [base + "ed"]
  }

  /// Whether a word behind a singular subject is its verb.
  static func isFinite(_ word: String) -> Bool {
    ["is", "was", "has", "had"].contains(word) || thirdPerson.contains(word) || past.contains(word)
  }

  /// Whose subject is a person, whatever follows.
  static let ofPeople = Set(
    """
    lives lived studied studies married marries retired speaks spoke says said thinks thought
    believes knew loves loved hates hated likes liked fears feared teaches taught graduated sings
    sang dreams rode swore slept wants wanted hired walked slew wrote writes married remembers
    remembered ate baked paints painted sailed hunts hunted learned
    """.split { $0.isWhitespace }.map(String.init))

  /// Behind `is` or `was`: whose subject is a thing.
  static let ofThings = Set(
    """
    built made maintained owned used written developed designed manufactured sold produced operated
    ordered opened hosted stored installed located assembled powered forged carved printed published
    measured launched mounted connected delivered shipped based hidden buried written guarded
    surrounded
    """.split { $0.isWhitespace }.map(String.init))
}
