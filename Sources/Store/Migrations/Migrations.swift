public import Model
import Statements

/// Every step from an empty database to the newest form, in order.
public enum Migrations {
    /// Until the first release the first step follows the catalogue; from then on it is frozen text.
    public static func all(_ schema: Schema) -> [Migration] {
        [
            Migration(1, "initial") { flavor in DDL(schema: schema, flavor: flavor).statements() }
        ]
    }
}
