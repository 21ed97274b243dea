// SPDX-License-Identifier: Apache-2.0

extension Celebrities {
  private static func words(_ text: String) -> [String] {
    text.split { $0.isWhitespace }.map(String.init)
  }

  static let firstNames = words(
    """
    Abelard Adeline Alaric Albertine Ambrose Anselm Araminta Aurelio Averil Balthasar Beatrix
    Benedetta Bertram Blythe Calliope Casimir Cassius Clementina Corisande Cosmo Crispin
    Damaris Desmond Dorothea Drusilla Edmund Eleanora Emeric Ernestine Esmond Eudora Evander
    Fabian Faustina Ferdinand Flavia Florian Geraint Gideon Greta Gwendolen Hadrian Hester
    Honora Horatio Ignatius Imelda Ingram Isadora Jerome Jocasta Josiah Kester Lavinia Leander
    Leopold Lorcan Ludmila Lysander Magnus Marcella Maximilian Melisande Minerva Mortimer
    Muriel Nerissa Octavia Odette Orlando Osbert Ottilie Peregrine Perpetua Philippa Quillon
    Ramona Roderick Rosamund Rufina Sebastian Sidony Sylvester Thaddeus Theodora Ursula
    Valentin Viola Wilfred Winifred
    """)

  /// Made up from two parts, so that no bearer of a whole name is likely to exist.
  static let lastNames = words(
    """
    Aldermoor Appledrake Arkwold Ashmantle Barleycote Beckthorne Bellwarren Birchmantle
    Bramwick Brindlecote Broomhatch Burdockley Candlewick Carrowby Cinderford Clovermere
    Coldharrow Crakewell Crowmarsh Dapplewood Dewberry Dovecastle Drumlock Dunmarsh Eiderdown
    Elverton Emberley Fallowmere Featherstow Fennimarsh Figgleton Foxmantle Frostwick Garlock
    Glimmerford Goldfinchley Gorsehill Greyhatch Hagglethorpe Harrowmint Hawkmantle Hazelrigg
    Heronsgate Hollowell Inglebeck Inkpenny Ivorsedge Jackdawson Juniperly Kestrelman
    Kettlewick Knotgrass Larchgarth Linnetfield Lockspur Loomsworth Marrowstone Meadowlark
    Merribeck Millgarth Mistlecroft Mossbeck Nettlefold Nightingell Nutwick Oatcastle Orchardly
    Ottermoor Paddlewick Pebblecombe Pellworth Plumgarth Quailbrook Quillfeather Ravensoak
    Reedmantle Rookhollow Rushwick Saffronby Sedgewarren Snowdrake Sorrelby Swallowcote
    Tanglewick Thimblethorpe Thrushcross Tindleworth Umberfield Vanemarsh Wrenfold
    """)
}
