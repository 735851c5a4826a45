using Assay.Models.Store;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>Loads a store's named models into a catalogue; each model's files are checked against its id.</summary>
public static class CatalogLoader
{
    /// <summary>Loads every alias.</summary>
    /// <exception cref="InvalidDataException">A model or an alias is damaged; a node doesn't start with some of its models missing.</exception>
    public static ModelCatalog Load(ModelStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        List<ServedModel> models = [];
        foreach (string name in store.Aliases())
        {
            AliasEntry alias = Require(store.Resolve(name), name);
            StoredModel stored = Require(ModelId.TryParse(alias.ModelId, out ModelId id) ? store.Load(id) : new StoreResult<StoredModel>(null, "store/alias", "not a model id"), name);
            VerificationLevel? minimum = null;
            if (alias.MinimumLevel is not null)
            {
                minimum = VerificationLevel.TryParse(alias.MinimumLevel, out VerificationLevel level, out string? error)
                    ? level
                    : throw new InvalidDataException($"model '{name}': its minimum level '{alias.MinimumLevel}' isn't one ({error})");
            }

            models.Add(stored switch
            {
                StoredModel.Exact exact => ServedModels.Create(exact.Model, new ModelTerms(name, alias.DeclaredUse ?? "", minimum, WeightsPublic: true),
                    $"compiled from an {exact.Source.Format} file with SHA-256 {exact.Source.Sha256}", exact.StatementBytes, new ExactRunner(exact.Model)),
                _ => throw new InvalidDataException($"model '{name}' is a float model, which this version can't serve"),
            });
            models[^1].Papers = ServedPapers.Read(store, stored, alias);
        }

        return new ModelCatalog(models);
    }

    private static T Require<T>(StoreResult<T> result, string name)
        where T : class => result.Value ?? throw new InvalidDataException($"model '{name}': {result.Message} ({result.Error})");
}
