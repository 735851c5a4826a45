using Assay.Proofs.Circuits;
using Assay.Programs;
using Assay.Testing;
using Assay.Testing.Proofs;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>A wrong number at every operation, everything after it computed honestly from it, the statement too: the verifier sees a
/// consistent run of another function.</summary>
public sealed class OperatorAttackTests
{
    public static TheoryData<string> Programs => [.. ProofPrograms.Names];

    [Theory]
    [MemberData(nameof(Programs))]
    public void ALieAtEveryOperation(string name)
    {
        ProofSetup setup = ProofSetup.Small(name, FuzzRun.IsDeep ? 2 : 1);
        WitnessStep[] steps = [.. setup.Circuit.Steps.Where(step => step.Operation >= 0)];
        foreach (IGrouping<int, WitnessStep> operation in steps.GroupBy(step => step.Operation))
        {
            // The last step of an operation makes its result; with ASSAY_DEEP=1 every step lies at several places.
            foreach (WitnessStep liar in FuzzRun.IsDeep ? operation : operation.TakeLast(1))
            {
                foreach (int column in Columns(liar))
                {
                    Refuse(setup, liar, column, operation.Key);
                    if (!FuzzRun.IsDeep)
                    {
                        break;
                    }
                }
            }
        }
    }

    /// <summary>Every column by itself against the relation: none is free.</summary>
    [Theory]
    [MemberData(nameof(Programs))]
    public void NoColumnIsFree(string name)
    {
        ProofCase honest = ProofCase.Small(name, 2);
        Random random = new(9);
        for (int column = 0; column < honest.Columns.Length; column++)
        {
            if (honest.Circuit.Inputs.Contains(column))
            {
                continue;
            }

            long[][] columns = [.. honest.Columns.Select(values => (long[])values.Clone())];
            int place = random.Next(columns[column].Length);
            columns[column][place] += random.Next(2) == 0 ? 1 : -1;
            Assert.True(
                RelationChecker.Check(honest.Circuit, honest.Matrices, columns) is not null, $"column {column} of {name} at {place}");
        }
    }

    [Fact]
    public void AllProvableOperationsAreThere()
    {
        HashSet<Type> kinds = [.. ProofPrograms.Names.SelectMany(name => ProofPrograms.Make(name).Program.Operations).Select(operation => operation.GetType())];
        Type[] without =
        [
            typeof(DivideOperation), typeof(NormalizeOperation), typeof(RootSumOperation), typeof(SelectOperation),
            typeof(EmbeddingOperation), typeof(ConstantOperation),
        ];
        IEnumerable<Type> all = typeof(Operation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operation)));
        Assert.Equal(all.Except(without).OrderBy(type => type.Name), kinds.OrderBy(type => type.Name));
    }

    private static void Refuse(ProofSetup setup, WitnessStep liar, int column, int operation)
    {
        ProofCase lying = ProofCase.Lying(setup, (step, columns) =>
        {
            if (ReferenceEquals(step, liar))
            {
                columns[column][columns[column].Length / 2]++;
            }
        });
        ProofVerdict verdict = lying.Try(new());
        Assert.True(verdict.Outcome == ProofOutcome.Failed, $"operation {operation}, column {column}: {verdict.Code}");
    }

    /// <summary>What a step fills; of several the first is the result, or what it is made of.</summary>
    private static IEnumerable<int> Columns(WitnessStep step) => step switch
    {
        WitnessStep.Determined determined => [determined.Column],
        WitnessStep.Mapped mapped => mapped.Columns,
        WitnessStep.Digits digits => digits.Columns.Select(part => part.Column),
        WitnessStep.Requantised requantised =>
            [requantised.Tail.Result, requantised.Tail.Before, .. requantised.Tail.Limbs],
        WitnessStep.Reciprocal reciprocal => [.. reciprocal.Limbs, reciprocal.Rest.Low, reciprocal.Gap.Low],
        _ => [],
    };
}
