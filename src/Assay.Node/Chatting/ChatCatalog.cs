using System.Collections.Frozen;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>The chat models of a node, by name.</summary>
public sealed class ChatCatalog : IDisposable
{
    private readonly FrozenDictionary<string, ChatModel> _byName;

    /// <summary>Builds the catalogue.</summary>
    /// <exception cref="ArgumentException">Two models have one name.</exception>
    public ChatCatalog(IEnumerable<ChatModel> models)
    {
        Models = [.. models.OrderBy(static model => model.Terms.Name, StringComparer.Ordinal)];
        _byName = Models.ToFrozenDictionary(static model => model.Terms.Name, StringComparer.Ordinal);
    }

    /// <summary>A node without chat.</summary>
    public static ChatCatalog Empty => new([]);

    /// <summary>All models by name.</summary>
    public IReadOnlyList<ChatModel> Models { get; }

    /// <summary>The seam for tests of what is durable when: waited for before a receipt is issued.</summary>
    internal Func<ReceiptPhase, Task>? BeforeIssue { get; init; }

    /// <summary>Finds a model by its name; null if there is none.</summary>
    public ChatModel? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Attested hardware vouches for what runs here, or doesn't, and why not.</summary>
    internal void OfferTee(string? refusal)
    {
        foreach (ChatModel model in Models)
        {
            model.OfferTee(refusal);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ChatModel model in Models)
        {
            model.Dispose();
        }
    }
}
