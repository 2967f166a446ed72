/// Passwords that guessers try first; compared without case and without digits at the end.
enum CommonPasswords {
    private static let words: Set<String> = [
        "password", "passwort", "passw", "qwerty", "qwertz", "qwertyuiop", "letmein", "welcome", "admin",
        "administrator", "iloveyou", "monkey", "dragon", "football", "baseball", "sunshine", "princess", "superman",
        "batman", "trustno", "abc", "abcdef", "abcdefgh", "test", "testtest", "testing", "changeme", "secret",
        "default", "master", "shadow", "michael", "jordan", "hunter", "killer", "pokemon", "starwars", "computer",
        "internet", "login", "guest", "root", "toor", "assay", "assayassay",
    ]

    static func contains(_ password: String) -> Bool {
        var folded = password.lowercased()[...]
        if folded.allSatisfy(\.isNumber), isRun(folded) { return true }
        if Set(folded).count <= 2 { return true }
        while let last = folded.last, last.isNumber || "!.?@#$%".contains(last) { folded = folded.dropLast() }
        return folded.isEmpty ? false : words.contains(String(folded))
    }

    /// `12345678`, `87654321`, `11111111`.
    private static func isRun(_ digits: Substring) -> Bool {
        let values = digits.compactMap(\.wholeNumberValue)
        guard values.count > 1 else { return true }
        let step = values[1] - values[0]
        for (left, right) in zip(values, values.dropFirst()) where (right - left + 10) % 10 != (step + 10) % 10 {
            return false
        }
        return true
    }
}
