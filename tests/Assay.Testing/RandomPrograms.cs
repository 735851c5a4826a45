using Assay.Programs;

namespace Assay.Testing;

/// <summary>
/// Random models for tests that hold an engine to the reference interpreter: every operation, odd shapes, strides,
/// dilations, groups, two limbs, accumulators at the bound itself, extremes of ranges, several inputs and outputs.
/// </summary>
public static class RandomPrograms
{
    /// <summary>
    /// One model and one item for it; the same for the same seed, for good: vectors were made by it. Seeds in a row go through
    /// the nine operations of layers (linear to reshape).
    /// </summary>
    public static (ExactModel Model, short[][] Inputs) Generate(int seed)
    {
        ExactModel model = new RandomProgramsBuilder(seed, RandomProgramsBuilder.LayerKinds).Build();
        return (model, InputsFor(model, seed));
    }

    /// <summary>
    /// The same from all operations, with operands that are repeated along axes, values of one to eight axes, ones and primes
    /// among the lengths. Seeds in a row go through all operations.
    /// </summary>
    public static (ExactModel Model, short[][] Inputs) GenerateWide(int seed)
    {
        ExactModel model = new RandomProgramsBuilder(seed, RandomProgramsBuilder.AllKinds).Build();
        return (model, InputsFor(model, seed));
    }

    /// <summary>
    /// The same from all operations that have a proof (spec/proof-system.md), with shifts and ranges that leave its numbers unique in the
    /// field. Seeds in a row go through all of them.
    /// </summary>
    public static (ExactModel Model, short[][] Inputs) GenerateProvable(int seed)
    {
        ExactModel model = new RandomProgramsBuilder(seed, RandomProgramsBuilder.AllKinds, provable: true).Build();
        return (model, InputsFor(model, seed));
    }

    /// <summary>One item for a model, of one of several kinds: uniform, all at an end of the range, ends mixed, near zero.</summary>
    public static short[][] InputsFor(ExactModel model, int seed)
    {
        Random random = new(seed);
        return [.. model.Program.Inputs.Select(input => Elements(random, input.Type))];
    }

    private static short[] Elements(Random random, TensorType type)
    {
        int kind = random.Next(8);
        short[] elements = new short[type.Count];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = kind switch
            {
                0 => type.Lo,
                1 => type.Hi,
                2 => random.Next(2) == 0 ? type.Lo : type.Hi,
                3 => (short)Math.Clamp(random.Next(-2, 3), type.Lo, type.Hi),
                _ => (short)random.Next(type.Lo, type.Hi + 1),
            };
        }

        return elements;
    }
}
