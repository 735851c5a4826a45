using System.Collections.Frozen;
using Assay.Models.Hub;
using Assay.Primitives;

namespace Assay.Node.Serving;

/// <summary>The models of a node: an immutable snapshot, swapped as a whole. A name is an alias; requests in flight finish on the snapshot they began with.</summary>
public sealed class ModelCatalog : IDisposable
{
    private readonly FrozenDictionary<string, ServedModel> _byName;
    private readonly FrozenDictionary<string, ServedModel> _byId;

    /// <summary>Builds the catalogue.</summary>
    /// <exception cref="ArgumentException">Two models have one name.</exception>
    public ModelCatalog(IEnumerable<ServedModel> models)
    {
        Models = [.. models.OrderBy(static m => m.Terms.Name, StringComparer.Ordinal)];
        Index = new HubIndex(Models.Select(static m => new HubEntry(m.Terms.Name, m.Id, m.Kind, m.Papers.Card, m.Terms.DeclaredUse.Length == 0 ? null : m.Terms.DeclaredUse, m.Terms.MinimumLevel?.ToString())));
        _byName = Models.ToFrozenDictionary(static m => m.Terms.Name, StringComparer.Ordinal);
        // One model may have several names; by its id it is as open as the most open of them, and marked if one of them is.
        _byId = Models.OrderByDescending(static m => m.Terms.WeightsPublic).ThenByDescending(static m => m.FidelityAccepted).DistinctBy(static m => m.Id).ToFrozenDictionary(static m => m.Id.ToString(), StringComparer.Ordinal);
    }

    /// <summary>Finds models by words and properties.</summary>
    public HubIndex Index { get; }

    /// <summary>All models by name.</summary>
    public IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Finds a model by its id in hex, or by its name; an id never means anything else.</summary>
    public ServedModel? Find(string nameOrId) => _byId.GetValueOrDefault(nameOrId) ?? _byName.GetValueOrDefault(nameOrId);

    /// <summary>The model with this name, which is there.</summary>
    internal ServedModel Named(string name) => _byName[name];

    /// <summary>The publisher's statement with this digest; null if no model here has it.</summary>
    public ReadOnlyMemory<byte>? FindStatement(in Digest32 digest)
    {
        foreach (ServedModel model in Models)
        {
            if (model.StatementDigest == digest)
            {
                return model.Statement;
            }
        }

        return null;
    }

    /// <summary>The name closest to one that isn't there, for error texts; null if none is close.</summary>
    public string? Nearest(string name) => NearestName.Find(name, Models.Select(static model => model.Terms.Name));

    /// <summary>Attested hardware vouches for runs of all of them, or doesn't, and why not.</summary>
    internal void OfferTee(string? refusal)
    {
        foreach (ServedModel model in Models)
        {
            model.OfferTee(refusal);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ServedModel model in Models)
        {
            model.Dispose();
        }
    }
}
