namespace Assay.Engine.Plan;

/// <summary>One kernel call of a plan. Immutable after the plan is built: workers share steps and bring their own arenas.</summary>
/// <remarks>Safety: an arena has the plan's length and <c>items</c> is at most the plan's items per tile, so a buffer's offset and
/// count times items stay inside it; nothing but the arena and the plan's own memory is touched.</remarks>
internal abstract unsafe class Step
{
    /// <summary>What the step does, in a word, for a profile.</summary>
    public abstract string Name { get; }

    /// <summary>The program's value that the step is part of.</summary>
    public int Value { get; set; }

    /// <summary>Multiply-adds per item by the program's words, for a profile; 0 for a step that only prepares another one.</summary>
    public long MultiplyAdds { get; set; }

    /// <summary>Multiply-adds per item, for a step that can be split between threads; 0 for one that can't.</summary>
    public virtual long Work => 0;

    /// <summary>Runs the step.</summary>
    /// <param name="arena">The worker's arena.</param>
    /// <param name="items">Items in it.</param>
    public abstract void Run(short* arena, int items);

    /// <summary>Runs one of several parts, which may run at the same time and together are the whole step.</summary>
    public virtual void RunPart(short* arena, int items, int part, int parts) =>
        throw new NotSupportedException("This step has one part.");
}
