/// A feature as a Gherkin file tells it.
public struct GherkinFeature: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        /// Keyword and text, then doc strings and tables as they stand.
        public var text: String
    }

    public struct Scenario: Sendable, Hashable {
        public var name: String
        /// The rule that it stands in.
        public var rule: String?
        /// Its own ones, those of its rule and of the feature, without `@`.
        public var tags: [String] = []
        public var description = ""
        /// Steps of the feature's background, then of the rule's.
        public var background: [String] = []
        public var steps: [Step] = []
        /// An outline with its examples; empty columns for a plain scenario.
        public var columns: [String] = []
        public var rows: [[String]] = []
    }

    public var language = "en"
    public var name = ""
    public var description = ""
    public var tags: [String] = []
    public var scenarios: [Scenario] = []
}

/// The words of Gherkin in the languages that are understood.
struct GherkinWords: Sendable {
    let feature: [String]
    let rule: [String]
    let background: [String]
    let scenario: [String]
    let outline: [String]
    let examples: [String]
    /// With the blank that follows.
    let steps: [String]

    static let languages: [String: GherkinWords] = [
        "en": GherkinWords(
            feature: ["Feature", "Business Need", "Ability"], rule: ["Rule"], background: ["Background"],
            scenario: ["Scenario", "Example"], outline: ["Scenario Outline", "Scenario Template"],
            examples: ["Examples", "Scenarios"], steps: ["Given ", "When ", "Then ", "And ", "But ", "* "]),
        "fr": GherkinWords(
            feature: ["Fonctionnalité"], rule: ["Règle"], background: ["Contexte"], scenario: ["Scénario", "Exemple"],
            outline: ["Plan du scénario", "Plan du Scénario"], examples: ["Exemples"],
            steps: [
                "Soit ", "Sachant que ", "Sachant qu'", "Sachant ", "Etant donné que ", "Etant donné qu'",
                "Etant donné ", "Etant donnée ", "Etant donnés ", "Etant données ", "Étant donné que ",
                "Étant donné qu'", "Étant donné ", "Étant donnée ", "Étant donnés ", "Étant données ", "Quand ",
                "Lorsque ", "Lorsqu'", "Alors ", "Donc ", "Et que ", "Et qu'", "Et ", "Mais que ", "Mais qu'", "Mais ",
                "* ",
            ]),
        "de": GherkinWords(
            feature: ["Funktionalität", "Funktion"], rule: ["Regel"],
            background: ["Grundlage", "Hintergrund", "Voraussetzungen", "Vorbedingungen"],
            scenario: ["Szenario", "Beispiel"], outline: ["Szenariogrundriss", "Szenarien"], examples: ["Beispiele"],
            steps: [
                "Angenommen ", "Gegeben sei ", "Gegeben seien ", "Wenn ", "Dann ", "Und ", "Aber ", "* ",
            ]),
        "es": GherkinWords(
            feature: ["Característica", "Necesidad del negocio", "Requisito"], rule: ["Regla", "Regla de negocio"],
            background: ["Antecedentes"], scenario: ["Escenario", "Ejemplo"], outline: ["Esquema del escenario"],
            examples: ["Ejemplos"],
            steps: [
                "Dado ", "Dada ", "Dados ", "Dadas ", "Cuando ", "Entonces ", "Y ", "E ", "Pero ", "* ",
            ]),
    ]
}
