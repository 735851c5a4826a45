using Assay.Models.Hub;
using Assay.Models.Store;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Serving;

/// <summary>What is said about a served model: its card, its name's history, who signed for it.</summary>
public sealed record ServedPapers
{
    /// <summary>Nothing is said.</summary>
    public static ServedPapers None { get; } = new();

    /// <summary>The card that goes with the name; null if there is none.</summary>
    public ModelCard? Card { get; init; }

    /// <summary>The licence's text, if the card names one that SPDX doesn't list.</summary>
    public byte[]? Licence { get; init; }

    /// <summary>All that the name ever meant, oldest first.</summary>
    public IReadOnlyList<AliasEvent> History { get; init; } = [];

    /// <summary>Signed statements of publishers that hold and are about this model, statement and card. Whose keys those are, the node doesn't say.</summary>
    public IReadOnlyList<PublisherStatement> Publishers { get; init; } = [];

    /// <summary>Reads them from a store.</summary>
    /// <exception cref="InvalidDataException">The name's history, or the card that it names, is damaged.</exception>
    public static ServedPapers Read(ModelStore store, StoredModel model, AliasEntry alias)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(alias);
        ModelCard? card = store.CardOf(alias);
        if (card is null && alias.Card is not null)
        {
            throw new InvalidDataException($"model '{alias.Name}': its card {alias.Card} is missing or damaged ({StoreErrors.Damaged}); add the model again");
        }

        StoreResult<IReadOnlyList<AliasEvent>> history = HubCatalogue.History(store, alias.Name);
        PublishedModel published = Published(model, card);
        return new ServedPapers
        {
            Card = card,
            Licence = card is null ? null : store.FindLicence(model.Id, card),
            History = history.Value ?? throw new InvalidDataException($"model '{alias.Name}': {history.Message} ({history.Error})"),
            Publishers = [.. store.PublisherStatements(model.Id).Where(bytes => PublisherAppraisal.Appraise(bytes, published, null).Result != CheckResult.Fail).Select(static bytes => PublisherStatement.TryDecode(bytes, out _)!)],
        };
    }

    /// <summary>What a publisher's statement about a stored model is held against.</summary>
    public static PublishedModel Published(StoredModel model, ModelCard? card)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new PublishedModel(model.Id, model.StatementDigest, card?.Digest, Digest32.TryParseHex(model.Source.Sha256, out Digest32 source) ? source : default);
    }
}
