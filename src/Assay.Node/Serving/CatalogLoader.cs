using System.Diagnostics;
using Assay.Models.Presentation;
using Assay.Models.Store;
using Assay.Node.Proving;
using Assay.OnnxRuntime;
using Assay.Programs;
using Assay.Proofs;
using Assay.Prover.Registration;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>Loads a store's named models into a catalogue; each model's files are checked against its id.</summary>
public static class CatalogLoader
{
    /// <summary>Loads every alias.</summary>
    /// <param name="store">The store.</param>
    /// <param name="floats">Loads ONNX Runtime; called only if there is a float model.</param>
    /// <param name="options">What the node allows for proofs; null: the defaults.</param>
    /// <exception cref="InvalidDataException">A model or an alias is damaged; a node doesn't start with some of its models missing.</exception>
    /// <exception cref="OnnxRuntimeException">There is a float model, and no ONNX Runtime.</exception>
    public static ModelCatalog Load(ModelStore store, Func<FloatRuntime> floats, NodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(floats);
        List<ServedModel> models = [];
        foreach (string name in store.Aliases())
        {
            AliasEntry alias = Require(store.Resolve(name), name);
            StoredModel stored = Require(store.Load(alias), name);
            VerificationLevel? minimum = null;
            if (alias.MinimumLevel is not null)
            {
                minimum = VerificationLevel.TryParse(alias.MinimumLevel, out VerificationLevel level, out string? error)
                    ? level
                    : throw new InvalidDataException($"model '{name}': its minimum level '{alias.MinimumLevel}' isn't one ({error})");
            }

            ModelTerms terms = new(name, alias.DeclaredUse ?? "", minimum, WeightsPublic: true);
            models.Add(stored switch
            {
                StoredModel.Exact exact => ServeExact(store, exact, terms, options),
                StoredModel.Float asIs => ServeFloat(asIs, terms, floats()),
                _ => throw new UnreachableException(),
            });
            models[^1].Papers = ServedPapers.Read(store, stored, alias);
            if (store.CardOf(alias) is { } card)
            {
                models[^1].Presentation = ModelPresentation.TryReadCard(card.Bytes, out (string Code, string Message)? unreadable);
                if (unreadable is { } problem)
                {
                    throw new InvalidDataException($"model '{name}': its card's presentation doesn't hold: {problem.Message} ({problem.Code})");
                }
            }
        }

        return new ModelCatalog(models);
    }

    private static ServedModel ServeExact(ModelStore store, StoredModel.Exact stored, ModelTerms terms, NodeOptions? options)
    {
        ExactModel model = stored.Model;
        ServedProofs? proofs = null;
        string? why = null;
        if (store.ProofKeyOf(model.Id) is { } key)
        {
            int batch = options?.ProofBatch ?? NodeOptions.DefaultProofBatch;
            long memory = (long)(options?.ProofMemoryMebibytes ?? NodeOptions.DefaultProofMemory) << 20;
            ProverEngine? engine = ProverEngine.TryOpen(model, key, batch, memory, out why);
            proofs = engine is null ? null : new ServedProofs(engine, [.. store.RegistrationsOf(model.Id).Select(static bytes => ProofRegistration.TryDecode(bytes, out _)).OfType<ProofRegistration>()]);
        }

        return ServedModels.Create(model, terms with { Unprovable = Unprovable(model, why) },
            $"compiled from an {stored.Source.Format} file with SHA-256 {stored.Source.Sha256}", stored.StatementBytes, new ExactRunner(model), proofs);
    }

    /// <summary>Why a model has no proofs; without a key the compiler says whether there could be one, when somebody asks.</summary>
    internal static Lazy<string?> Unprovable(ExactModel model, string? why) =>
        new(() => why ?? (ChoiceCompiler.Compile(model, out ProofError? error) is null ? $"{error!.Message} ({error.Code})" : null));

    private static ServedModel ServeFloat(StoredModel.Float stored, ModelTerms terms, FloatRuntime runtime)
    {
        ModelTerms served = terms with { IsExact = false };
        if (served.MinimumLevel is { } minimum && !served.CanMeet(minimum))
        {
            throw new InvalidDataException($"model '{terms.Name}': its minimum level '{minimum}' can't be met: {string.Join("; ", served.WhyNot(minimum))}");
        }

        return FloatRunner.TryOpen(runtime, stored.Model, out FloatFault? fault) is { } runner
            ? ServedModels.Create(stored.Model, served, stored.StatementBytes, runner)
            : throw new InvalidDataException($"model '{terms.Name}': ONNX Runtime doesn't take it: {fault!.Message} ({fault.Code})");
    }

    private static T Require<T>(StoreResult<T> result, string name)
        where T : class => result.Value ?? throw new InvalidDataException($"model '{name}': {result.Message} ({result.Error})");
}
