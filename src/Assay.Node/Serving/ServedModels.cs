using Assay.Models.Float;
using Assay.Models.Registration;
using Assay.Node.Proving;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Node.Serving;

/// <summary>Makes served models of stored ones.</summary>
public static class ServedModels
{
    /// <summary>An exact model with a runner.</summary>
    /// <param name="model">The identity that receipts will name.</param>
    /// <param name="terms">What it can be asked for.</param>
    /// <param name="description">One line about it.</param>
    /// <param name="statement">The publisher's statement, JSON.</param>
    /// <param name="runner">The execution layer; an honest node gives one that runs <paramref name="model"/>.</param>
    public static ServedModel Create(ExactModel model, ModelTerms terms, string description, ReadOnlyMemory<byte> statement, IModelRunner runner) =>
        Create(model, terms, description, statement, runner, null);

    /// <summary>An exact model whose answers are proved.</summary>
    internal static ServedModel Create(ExactModel model, ModelTerms terms, string description, ReadOnlyMemory<byte> statement, IModelRunner runner, ServedProofs? proofs)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new ServedModel
        {
            Id = model.Id,
            Terms = proofs is null ? terms : terms with { ProofBits = proofs.Engine.Forecast(1).Bits },
            Proofs = proofs,
            Description = description,
            Inputs = [.. model.Program.Inputs.Select(static i => TensorPort.Batched(i.Name, i.Type.Shape))],
            Outputs = [.. model.Program.Outputs.Select(o => TensorPort.Batched(o.Name, model.Program.TypeOf(o.Value).Shape))],
            Runner = runner,
            Program = model.ProgramBytes,
            Weights = model.Weights.Memory,
            Statement = statement,
            StatementDigest = Digest32.Sha256(statement.Span),
            FidelityAccepted = ModelStatement.TryParse(statement.Span)?.Fidelity.MeetsTheRule() == false,
        };
    }

    /// <summary>A float model with a runner; what it can be asked for says that it isn't exact.</summary>
    /// <param name="model">The file.</param>
    /// <param name="terms">What it can be asked for.</param>
    /// <param name="statement">The publisher's statement, JSON.</param>
    /// <param name="runner">Runs the file.</param>
    public static ServedModel Create(FloatModel model, ModelTerms terms, ReadOnlyMemory<byte> statement, FloatRunner runner)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(runner);
        return new ServedModel
        {
            Id = model.Id,
            Terms = terms with { IsExact = false },
            Description = $"float: an {model.Source.Format} file with SHA-256 {model.Source.Sha256}, run as it is",
            Inputs = runner.Inputs,
            Outputs = runner.Outputs,
            Runner = runner,
            Program = default,
            Weights = default,
            Statement = statement,
            StatementDigest = Digest32.Sha256(statement.Span),
        };
    }
}
