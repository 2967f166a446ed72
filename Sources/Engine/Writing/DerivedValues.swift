import Model

extension Writing {
    /// Writes values that follow from other rows: the row does not count as changed.
    func derive(_ entity: EntityType, _ changes: [Change]) throws(DomainError) {
        try apply(entity, changes, isDerived: true)
    }
}
