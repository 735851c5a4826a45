namespace Assay.Engine.Plan;

/// <summary>A place for one tensor in a worker's arena, from the step that writes it to the last one that reads it.</summary>
internal sealed class ArenaBuffer(int count, int firstStep)
{
    /// <summary>int16 elements per item. Items follow each other without a gap.</summary>
    public int Count { get; } = count;

    /// <summary>The step that writes it; -1 for the program's inputs.</summary>
    public int FirstStep { get; } = firstStep;

    /// <summary>The last step that reads it.</summary>
    public int LastStep { get; set; } = firstStep;

    /// <summary>int16 elements from the start of the arena, once laid out.</summary>
    public nint Offset { get; set; }
}
