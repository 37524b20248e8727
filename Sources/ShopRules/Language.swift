// The languages the shop speaks, and the names of the months in each.

/// A language the shop writes to people in; the raw value is its ISO 639-1 code.
public enum Language: String, CaseIterable, Sendable {
  case fr, en

  /// The name of a month, 1…12, as it stands inside a date.
  func month(_ number: Int) -> StaticString {
    let names = self == .fr ? Self.frenchMonths : Self.englishMonths
    return names[min(max(number, 1), 12) - 1]
  }

  private static let frenchMonths: [StaticString] = [
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
  ]

  private static let englishMonths: [StaticString] = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
  ]
}
