using System.Globalization;
using System.Text.Json;
using Assay.Cli.Console;
using Assay.Models.Store;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Prover.Registration;

namespace Assay.Cli.Commands;

/// <summary>What proofs of a model take, in words and as JSON.</summary>
internal static class ProofText
{
    /// <summary>For <c>assay model inspect</c>: whether it is provable, and what that takes; or the operation that isn't.</summary>
    internal static void Inspect(Output output, ModelStore store, ExactModel model)
    {
        if (store.ProofKeyOf(model.Id) is { } bytes && ProofKey.Read(bytes, out _) is { } key && ProofVerifier.Create(key, 1, out _) is { } verifier)
        {
            int registrations = store.RegistrationsOf(model.Id).Count;
            output.Line($"proof    set up: key {key.Digest}; registered by {registrations} {(registrations == 1 ? "publisher" : "publishers")}");
            Cost(output, ProofCost.Of(verifier.Shape));
        }
        else if (ChoiceCompiler.Compile(model, out ProofError? error) is { } choices)
        {
            (Proofs.Layouts.ProofShape? shape, error) = Proofs.Layouts.ProofShape.Of(choices.Circuit, choices.TileIndexBits, choices.TileRowBits);
            output.Line(shape is null ? $"proof    not provable: {error!.Message} ({error.Code})" : "proof    provable; not set up: 'assay prove setup NAME' does that");
            if (shape is not null)
            {
                Cost(output, ProofCost.Of(shape));
            }
        }
        else
        {
            output.Line($"proof    not provable: {error!.Message} ({error.Code})");
        }
    }

    /// <summary>What one proof takes.</summary>
    internal static void Cost(Output output, ProofCost cost)
    {
        output.Line(string.Create(CultureInfo.InvariantCulture, $"         {cost.LeastBytes:N0} to {cost.MostBytes:N0} bytes a proof, by the positions drawn; {cost.Bits:F1} bits"));
        output.Line(string.Create(CultureInfo.InvariantCulture, $"         about {Math.Max(1, cost.MemoryBytes >> 20):N0} MiB and {cost.Milliseconds:F0} ms on two idle cores"));
    }

    /// <summary>The same as members.</summary>
    internal static void Write(Utf8JsonWriter json, ProofCost cost)
    {
        json.WriteNumber("leastBytes", cost.LeastBytes);
        json.WriteNumber("mostBytes", cost.MostBytes);
        json.WriteNumber("memoryBytes", cost.MemoryBytes);
        json.WriteNumber("milliseconds", cost.Milliseconds);
        json.WriteNumber("bits", cost.Bits);
    }
}
