using System.Diagnostics;
using Assay.Models.Presentation;
using Assay.Models.Store;
using Assay.OnnxRuntime;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>Loads a store's named models into a catalogue; each model's files are checked against its id.</summary>
public static class CatalogLoader
{
    /// <summary>Loads every alias.</summary>
    /// <param name="store">The store.</param>
    /// <param name="floats">Loads ONNX Runtime; called only if there is a float model.</param>
    /// <exception cref="InvalidDataException">A model or an alias is damaged; a node doesn't start with some of its models missing.</exception>
    /// <exception cref="OnnxRuntimeException">There is a float model, and no ONNX Runtime.</exception>
    public static ModelCatalog Load(ModelStore store, Func<FloatRuntime> floats)
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
                StoredModel.Exact exact => ServedModels.Create(exact.Model, terms,
                    $"compiled from an {exact.Source.Format} file with SHA-256 {exact.Source.Sha256}", exact.StatementBytes, new ExactRunner(exact.Model)),
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
