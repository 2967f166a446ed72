public import Model

extension Schema {
    /// A to-many relation whose reference field alone is unique leads to at most one row (`User.userPreferences`).
    public func leadsToOneRow(_ relation: Relation) -> Bool {
        switch relation.kind {
        case .toOne: return true
        case .manyToMany: return false
        case .toMany(let field):
            guard let target = entity(relation.target) else { return false }
            return target.uniques.contains { $0.fields == [field] && !$0.live }
        }
    }
}
