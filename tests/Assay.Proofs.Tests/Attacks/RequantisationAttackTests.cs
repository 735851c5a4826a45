using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Keys;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>Other ways to write one accumulator: every one needs a number that isn't in its table.</summary>
public sealed class RequantisationAttackTests
{
    private static readonly ProofSetup Setup = ProofSetup.Small("dense", 1);
    private static readonly WitnessStep.Requantised Direct = Tail<TailChoice.Direct>();
    private static readonly WitnessStep.Requantised Split = Tail<TailChoice.Split>();

    [Fact]
    public void TheRestOfAnotherAccumulator() => Refused("zk/products", Direct, (columns, tail) => columns[tail.Limbs[0]][1] ^= 1);

    /// <summary>v + 1 and a remainder that is smaller by 2^s: the accumulator is right.</summary>
    [Fact]
    public void AResultTooLargeByOneAndANegativeRemainder() => Refused("zk/lookup-sum", Direct, (columns, tail) =>
    {
        columns[tail.Before][1]++;
        columns[tail.Result][1] = Math.Clamp(columns[tail.Before][1], tail.Lo, tail.Hi);
        columns[tail.Limbs[0]][1] -= 1L << tail.ShiftAt(1);
    });

    /// <summary>The equation modulo p has a remainder for every v: it wraps around the field.</summary>
    [Fact]
    public void AnyResultAndARemainderThatWrapsAround() => Refused("zk/lookup-sum", Direct, (columns, tail) =>
    {
        long accumulator = (columns[tail.Before][1] << tail.ShiftAt(1)) + columns[tail.Limbs[0]][1];
        columns[tail.Before][1] = tail.Hi;
        columns[tail.Result][1] = tail.Hi;
        columns[tail.Limbs[0]][1] = KoalaBear.From(accumulator - ((long)tail.Hi << tail.ShiftAt(1)));
    });

    [Fact]
    public void AnActivationThatIsntThatOfItsValue() => Refused("zk/lookup-sum", Direct, (columns, tail) =>
        columns[tail.Result][1] = columns[tail.Result][1] == tail.Hi ? tail.Lo : columns[tail.Result][1] + 1);

    /// <summary>h + 1 and l - 2^c.</summary>
    [Fact]
    public void AnotherSplitOfHighAndLow() => Refused("zk/lookup-sum", Split, (columns, tail) =>
    {
        int lowBits = ((TailChoice.Split)tail.Choice).LowBits;
        columns[tail.Before][2]++;
        columns[tail.Low][2] -= 1L << lowBits;
        columns[tail.Class][2] = Math.Sign(columns[tail.Before][2]) + 1;
    });

    /// <summary>A class that clamps although the value needn't be: the high part's own table tells.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnotherClassOfTheHighPart(int kind) => Refused("zk/lookup-sum", Split, (columns, tail) =>
    {
        int at = Array.FindIndex(columns[tail.Class], k => k == 1);
        columns[tail.Class][at] = kind;
        columns[tail.Result][at] = kind == 0 ? tail.Lo : tail.Hi;
    });

    /// <summary>The remainder is right for another channel's shift.</summary>
    [Fact]
    public void ARemainderThatFitsAnotherChannel() => Refused("zk/lookup-sum", Split, (columns, tail) =>
    {
        // Channel 2 shifts by 2, channel 4 by 5: 7 is a remainder of the latter only.
        long before = (columns[tail.Before][2] << ((TailChoice.Split)tail.Choice).LowBits) + columns[tail.Low][2];
        long rest = (before << 2) + columns[tail.Limbs[0]][2] - 7;
        Assert.Equal(2, tail.ShiftAt(2));
        columns[tail.Limbs[0]][2] = 7;
        columns[tail.Low][2] += ((rest >> 2) - before);
    });

    /// <summary>Each limb of a two-limb layer, with the carry between them wrong.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void ACarryOfTwoLimbs(int part)
    {
        ProofSetup limbs = ProofSetup.Small("limbs", 1);
        WitnessStep.Digits digits = limbs.Circuit.Steps.OfType<WitnessStep.Digits>().First();
        ProofCase lying = ProofCase.Lying(limbs, (step, columns) =>
        {
            if (ReferenceEquals(step, digits))
            {
                columns[digits.Columns[part].Column][0]++;
            }
        });
        lying.Rejected("zk/products", new());
    }

    private static WitnessStep.Requantised Tail<T>() =>
        Setup.Circuit.Steps.OfType<WitnessStep.Requantised>().First(step => step.Tail.Choice is T && step.Tail.Limbs.Length > 0);

    private static void Refused(string code, WitnessStep.Requantised liar, Action<long[][], Requantisation> lie) =>
        ProofCase.Lying(Setup, (step, columns) =>
        {
            if (ReferenceEquals(step, liar))
            {
                lie(columns, liar.Tail);
            }
        }).Rejected(code, new());
}
