// SPDX-License-Identifier: Apache-2.0

/// Words that hold English sentences together and name nothing.
enum FunctionWords {
  static let all: Set<Substring> = Set(
    """
    a about above after again all also always among an and another any anybody anyone are as at \
    be because been before behind being below between both but by can child could did do does \
    each either every everybody everyone few first for from had has have he her hers him his how \
    however i if in include includes including into is it its just kind kinds know known last \
    less like many may me might more most much must my mother father never no nobody none nor not \
    nothing now of off often on once one only or other our out over own remember said same say \
    says second see she should sibling since so some somebody someone something sometimes \
    sort sorts still such than that the their them then there these they thing things this those \
    three through to together told too true two type types under until up upon us very was we \
    well were what when where which while who whom whose why will with within without would yes \
    yet you your people person married
    """.split(whereSeparator: \.isWhitespace))
}
