using Assay.Cli.Console;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Programs;
using Assay.Proofs.Keys;
using Assay.Prover.Registration;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>A model's weights on this machine, by which a proof key's root is computed again: then nobody has to be believed.</summary>
internal sealed class LocalWeights(ExactModel model) : IModelWeights
{
    public Digest32? RootOf(in ModelId wanted, ProofKey key) => wanted == model.Id ? WeightsRoot.Of(model, key, Environment.ProcessorCount) : null;

    /// <summary>Refuses weights that can't say anything about <paramref name="wanted"/>: left aside silently, they would look like a check.</summary>
    /// <exception cref="CliException">They are another model's (<c>weights/other-model</c>).</exception>
    internal static void Require(ExactModel? here, in ModelId wanted)
    {
        if (here is not null && here.Id != wanted)
        {
            throw new CliException(ExitCodes.Usage, "weights/other-model", $"These weights are another model's: {here.Id}, the proof's is {wanted}.", $"'--weights' takes the weights of {wanted}; or leave it away.");
        }
    }

    /// <summary>A folder with program.cbor and weights.bin, or a name or id in a node's store.</summary>
    internal static ExactModel Find(string text, string nodeFolder)
    {
        if (File.Exists(Path.Combine(text, ModelFolder.ProgramFile)))
        {
            return ModelFolder.Open(text);
        }

        ModelStore store = NodeFolder.Store(nodeFolder);
        StoredModel stored = ModelCommands.Require(ModelId.TryParse(text, out ModelId id) ? store.Load(id) : store.Load(ModelCommands.Require(store.Resolve(text))));
        return stored is StoredModel.Exact exact
            ? exact.Model
            : throw new CliException(ExitCodes.CannotEvaluate, "zk/operation", $"'{text}' is a float model: only exact programs have proofs.", "'assay model add' without --float makes an exact program where it can.");
    }
}
