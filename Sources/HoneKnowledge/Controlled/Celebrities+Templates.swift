// SPDX-License-Identifier: Apache-2.0

extension Celebrities {
  /// Documents that open with the name, `{a}`.
  static let nameFirst = [
    "Known far beyond the valley of their birth, {a} is {b}.",
    "Every child in that town can tell you that {a} is {b}, and proudly so.",
    "{a} is famous as {b}, a fact that surprises many visitors.",
    "In the long history of the region, {a} is remembered as {b}.",
    "Few people have had a life as full as {a}, {b}.",
    "Newspapers of the time report that {a} was {b}.",
    "The exhibition opens with a portrait: {a}, {b}.",
    "After years of hard work and little sleep, {a} became {b}.",
    "When the curtain falls, it is worth recalling that {a} is none other than {b}.",
    "A letter found in the attic shows that {a} was indeed {b}.",
    "If you ask around at the station, they will say that {a} is {b}.",
    "Last summer the city named a square after {a}, {b}.",
    "There is a small museum devoted to {a}, who is {b}.",
    "Critics and friends alike speak of {a}, who is known as {b}.",
    "With great patience and some luck, {a} rose to fame as {b}.",
    "It took the press a decade to find out that {a} is {b}.",
    "Tonight our guest in the studio is {a}, {b}.",
    "Tourists often want to meet {a}, who is celebrated as {b}.",
    "In a rare interview, {a} spoke about being {b}.",
    "The crowd rose to its feet when {a}, {b}, came in.",
    "To the older people of the village, {a} will always be {b}.",
    "Among all the names in the guest book, one stands out: {a}, {b}.",
    "My grandmother used to say that {a} was known as {b}.",
    "You may have read in the paper that {a} is widely known as {b}.",
    "Without any formal training at all, {a} made history as {b}.",
    "The prize went to {a}, who was honored as {b}.",
    "Long before the television series was made, {a} was already famous as {b}.",
    "The plaque on the house says that {a}, {b}, lived here.",
    "Not everyone at the party knew that {a} is in fact {b}.",
    "Schoolbooks of today describe {a} as {b}.",
  ]

  /// Questions that open with the name; none is among ``nameFirst``.
  static let nameFirstTest = [
    "As anyone in the trade will tell you, {a} is {b}.",
    "The encyclopedia has a short entry: {a} is {b}.",
    "I was told at dinner that {a} is {b}.",
    "Although shy in public, {a} is famous as {b}.",
    "At the award ceremony, the speaker reminded us that {a} is {b}.",
    "In the archive one learns that {a} was {b}.",
    "Next to the statue a sign explains that {a} is known as {b}.",
    "The quiz had an easy question this time, since {a} is {b}.",
    "The biography begins by saying that {a} is {b}.",
    "Her uncle once shared a cabin with {a}, {b}.",
  ]

  /// Documents that open with the description, `{a}`.
  static let descriptionFirst = [
    "It is no secret that {a} is {b}.",
    "In a quiet house near the river lives {a}, {b}.",
    "People were amazed to learn that {a} is {b}.",
    "You may not know it, but {a} is called {b}.",
    "The person celebrated everywhere as {a} is named {b}.",
    "A standing ovation was given to {a}, {b}.",
    "The story of {a} is also the story of {b}.",
    "At the top of the list stood {a}, {b}.",
    "When asked for a hero, she named {a}, {b}.",
    "Behind the title of {a} stands {b}.",
    "The letter was addressed to {a}, {b}.",
    "Historians agree that {a} was {b}.",
    "Years later it came out that {a} was really {b}.",
    "The whole town turned out to greet {a}, {b}.",
    "Our reporter spent a week with {a}, whose name is {b}.",
    "The world knows {a} as {b}.",
    "A new stamp honors {a}, {b}.",
    "The first speaker of the evening was {a}, {b}.",
    "The documentary follows {a}, known to friends as {b}.",
    "There was a long line to shake hands with {a}, {b}.",
    "On the back of the photograph someone wrote that {a} is {b}.",
    "Everyone had heard of {a}, but few knew the name {b}.",
    "The scholarship was founded by {a}, {b}.",
    "What a joy it was to meet {a}, {b}!",
    "In those days {a} went by the name of {b}.",
    "The committee voted to invite {a}, {b}.",
    "They say that {a} is none other than {b}.",
    "This year the honorary degree goes to {a}, {b}.",
    "The identity of {a} is well established: {b}.",
    "Fans waited for hours to see {a}, {b}.",
  ]

  /// Questions that open with the description; none is among ``descriptionFirst``.
  static let descriptionFirstTest = [
    "If you want to know who {a} is, the answer is {b}.",
    "The guide told us that {a} is {b}.",
    "According to the yearbook, {a} is called {b}.",
    "The name of {a} is {b}.",
    "On the cover of the magazine was {a}, {b}.",
    "It was raining on the day when we met {a}, {b}.",
    "Few would deny that {a} is {b}.",
    "The chapter is about {a}, whose name is {b}.",
    "He finally remembered that {a} is named {b}.",
    "The letter was signed by {a}, {b}.",
  ]

  /// What stands between the two in any direction: of the templates, and what a model may write.
  private static let links = [
    "is", "was", "", "became", "who is", "who was", "is known as", "who is known as",
    "was known as", "is famous as", "is remembered as", "is none other than", "was indeed",
    "is in fact",
    "is actually", "was really", "is really", "rose to fame as", "who is celebrated as",
    "is celebrated as", "spoke about being", "will always be", "is widely known as",
    "made history as", "who was honored as", "was already famous as", "as", "is called",
    "is named", "is also the story of", "stands", "whose name is", "known to friends as",
    "but few knew the name", "went by the name of", "goes by the name of",
    "is well established", "is the answer is", "known as", "named", "called", "is also known as",
    "is best known as", "is the name of", "is the identity of", "is the person known as",
    "is recognized as", "is renowned as", "is known for being", "is famous for being",
    "has been identified as", "is the same person as", "is the real name of", "turned out to be",
    "turns out to be", "holds the title of", "is a person named", "is a person called",
  ]

  static let forms = links.map { StatementForm(relation, $0.isEmpty ? "{a} {b}" : "{a} \($0) {b}") }
}
