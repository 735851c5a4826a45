namespace Assay.Receipts;

/// <summary>The texts of <see cref="LevelSource"/> (leaf <c>request.level_source</c>).</summary>
public static class LevelSources
{
    /// <summary>For example <c>node-default</c>.</summary>
    public static string Text(LevelSource source) => source switch
    {
        LevelSource.Request => "request",
        LevelSource.Key => "key",
        LevelSource.Model => "model",
        LevelSource.NodeDefault => "node-default",
        LevelSource.Payment => "payment",
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };
}
