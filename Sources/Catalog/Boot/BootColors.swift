extension BootData {
    /// The colour families in order, each from dark to light.
    public static let colorFamilies: [ColorFamily] = [
        ColorFamily("Black", ["#1b1f24", "#3b424b", "#5f6874", "#8891a0", "#b4bcc8", "#dfe3e9"]),
        ColorFamily("Red", ["#7a1420", "#a81c2c", "#cf2f3d", "#e5555f", "#f08b90", "#f8c1c3"]),
        ColorFamily("Orange", ["#7a3206", "#a8480a", "#d1600f", "#ed8436", "#f5ad76", "#fad5b8"]),
        ColorFamily("Yellow", ["#6b4e04", "#946d06", "#c08f0a", "#e0b020", "#edcd66", "#f7e6b0"]),
        ColorFamily("Green", ["#0f4d2a", "#176b3a", "#1f8b4c", "#3fac6b", "#7bca99", "#bce5cb"]),
        ColorFamily("Blue", ["#123a73", "#1a53a3", "#2a6fd0", "#5591e6", "#8db6f0", "#c5daf8"]),
        ColorFamily("Indigo", ["#2a2a7c", "#3d3da6", "#5353cb", "#7676df", "#a1a1ec", "#cfcff6"]),
        ColorFamily("Violet", ["#4c1d80", "#6a2ab0", "#8643d3", "#a46de2", "#c39cee", "#e0cdf7"]),
        ColorFamily("Pink", ["#7d1650", "#a71f6b", "#cf3487", "#e262a6", "#ee97c4", "#f7cbe1"]),
    ]

    /// Icons by their Lucide names.
    public static let icons: [String] = [
        "activity", "alarm-clock", "archive", "archive-restore", "badge-check", "ban", "beaker", "bell", "book-open",
        "bookmark", "bot", "box", "bug", "calendar", "calendar-check", "chart-bar", "check", "chevron-down",
        "chevron-up", "chevrons-up", "circle", "circle-alert", "circle-check", "circle-dashed", "circle-dot",
        "circle-help", "circle-pause", "circle-play", "circle-plus", "circle-x", "clipboard-check", "clipboard-list",
        "clock", "cloud", "compass", "construction", "equal", "eye", "file-check", "file-text", "flag", "flame",
        "flask-conical", "folder", "gauge", "git-branch", "globe", "hourglass", "iteration-cw", "layers", "lightbulb",
        "list-checks", "lock", "map", "milestone", "minus", "package", "pencil", "play", "puzzle", "refresh-cw",
        "repeat", "rocket", "search", "shield-check", "sparkles", "square-check", "star", "tag", "target",
        "thumbs-down", "thumbs-up", "timer", "trash-2", "triangle-alert", "user-check", "wrench", "x", "zap",
    ]
}
