// SPDX-License-Identifier: Apache-2.0

/// The words of English that the rules for questions know; the verbs are in ``EnglishVerbs``.
enum EnglishWords {
  private static func set(_ words: String) -> Set<String> {
    Set(words.split { $0.isWhitespace }.map(String.init))
  }

  static let prepositions = set(
    """
    of in on at by for from to with into onto over under near beside behind through across against
    during since until after before between within without about around along as above below
    inside outside towards toward beyond opposite via per upon
    """)

  static let determiners = set("the a an this that these those every each all any some no both")

  static let pronouns = set(
    """
    he she it they him her his hers its their theirs them himself herself itself themselves i me my
    mine you your yours we us our ours one ones
    """)

  /// Pronouns that stand for something named before.
  static let backReferences = set(
    """
    he she it they him her his hers its their theirs them this that these those himself herself
    itself themselves there here both another
    """)

  /// Adverbs that a question does without.
  static let fillers = set("also now currently still today already")

  /// Words with which a sentence says less, or more, than that a relation holds.
  static let reservations =
    set(
      """
      not never no none nothing nobody nowhere cannot neither nor hardly scarcely
      approximately roughly rarely seldom
      sometimes often usually normally typically generally occasionally almost nearly perhaps maybe
      probably possibly reportedly allegedly supposedly formerly previously once longer may might
      could would should must can will shall unless if though although but and or so than except
      only mostly partly even just other another same both each every all any some many most few
      several such too also again either whether because while when where who whom whose which that
      what how why this these those there here let do does did
      """
    ).union(pronouns.subtracting(["our", "ours"]))

  /// Begin sentences with a capital without being names.
  static let starters =
    set(
      """
      however therefore moreover furthermore meanwhile yesterday tomorrow tonight finally first
      second third next then thus hence later earlier soon recently instead indeed please note see
      use press turn open close click select yes ok people everyone everybody someone somebody
      anyone anybody everything something anything visitors users two three four five six seven
      eight nine ten twelve half last twice always ever much more less very like unlike
      """
    )
    .union(prepositions).union(determiners).union(pronouns).union(fillers).union(reservations)
    .union(auxiliaries)

  static let auxiliaries = set("is was has had are were have been be being")

  /// What a person may be.
  static let roles = set(
    """
    engineer manager director developer designer analyst accountant architect officer president
    founder head chief leader assistant secretary scientist researcher teacher doctor nurse king
    queen prince princess duke duchess lord lady knight wizard witch sorcerer sorceress mage captain
    soldier general admiral smith blacksmith farmer merchant trader mother father brother sister son
    daughter wife husband uncle aunt cousin friend writer author poet painter singer musician actor
    actress composer lawyer judge technician consultant coordinator receptionist librarian cook chef
    baker gardener mayor minister professor student pupil apprentice intern buyer seller salesman
    saleswoman man woman boy girl person colleague employee owner chairman chairwoman chair member
    inventor hunter fisherman sailor pilot driver guard thief priest priestess monk healer bard
    ranger astronomer physicist chemist biologist historian geologist mathematician economist
    journalist editor carpenter weaver tailor potter clockmaker miner shepherd keeper lead mentor
    specialist expert supervisor administrator representative advisor adviser
    """)

  /// Stand before the names of people.
  static let titles = set(
    """
    dr dr. mr mr. mrs mrs. ms ms. prof prof. professor sir lady lord king queen prince princess duke
    duchess captain saint madame
    """)
}
