import Model

/// What one level of an answer shows, beside the query that reads it.
final class ModelShape {
    let model: ModelType
    var scalars: [ModelScalar] = []
    var parts: [Part] = []
    var counts: [Count] = []
    /// `_count` is shown, even when it counts nothing.
    var showsCounts = false

    /// A relation that is shown.
    struct Part {
        let relation: ModelRelation
        /// The place among the includes of the query.
        let place: Int
        let shape: ModelShape
    }

    struct Count {
        let relation: ModelRelation
        let place: Int
    }

    init(_ model: ModelType) { self.model = model }
}
