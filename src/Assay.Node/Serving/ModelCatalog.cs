using System.Collections.Frozen;
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
        _byName = Models.ToFrozenDictionary(static m => m.Terms.Name, StringComparer.Ordinal);
        // One model may have several names; by its id it is as open as the most open of them.
        _byId = Models.OrderByDescending(static m => m.Terms.WeightsPublic).DistinctBy(static m => m.Id).ToFrozenDictionary(static m => m.Id.ToString(), StringComparer.Ordinal);
    }

    /// <summary>All models by name.</summary>
    public IReadOnlyList<ServedModel> Models { get; }

    /// <summary>Finds a model by its id in hex, or by its name; an id never means anything else.</summary>
    public ServedModel? Find(string nameOrId) => _byId.GetValueOrDefault(nameOrId) ?? _byName.GetValueOrDefault(nameOrId);

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
    public string? Nearest(string name)
    {
        string? best = null;
        int bestDistance = Math.Max(2, name.Length / 3) + 1;
        foreach (ServedModel model in Models)
        {
            int distance = Distance(name.AsSpan(0, Math.Min(name.Length, 64)), model.Terms.Name);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (model.Terms.Name, distance);
            }
        }

        return best;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ServedModel model in Models)
        {
            model.Dispose();
        }
    }

    // Levenshtein, one row.
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
