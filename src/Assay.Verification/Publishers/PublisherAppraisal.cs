using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a publisher's signed statement is worth for a model. Never throws on hostile bytes.</summary>
public static class PublisherAppraisal
{
    /// <summary>Appraises one.</summary>
    /// <param name="bytes">The statement, COSE_Sign1.</param>
    /// <param name="model">The model that is at hand.</param>
    /// <param name="trust">Whose statements count; null: nobody's.</param>
    public static PublisherFact Appraise(ReadOnlyMemory<byte> bytes, PublishedModel model, TrustFile? trust)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (PublisherStatement.TryDecode(bytes, out string? error) is not { } statement)
        {
            return new PublisherFact(CheckResult.Fail, error, null, null, "", default, CoversCard: false);
        }

        Digest32 publisher = statement.Publisher.Thumbprint();
        string? name = trust?.PublisherName(publisher);
        string? fault = statement.Verify()
            ?? (statement.Model != model.Id ? PublisherCodes.OtherModel
            : statement.Source != model.Source ? PublisherCodes.OtherSource
            : statement.Statement != model.Statement ? PublisherCodes.OtherStatement
            : statement.Card is { } card && model.Card is { } present && card != present ? PublisherCodes.OtherCard
            : null);
        string? open = trust is null ? PublisherCodes.NoTrustFile : name is null ? PublisherCodes.NotNamed : null;
        CheckResult result = fault is not null ? CheckResult.Fail : open is not null ? CheckResult.NotEvaluated : CheckResult.Pass;
        bool coversCard = fault is null && statement.Card is not null && statement.Card == model.Card;
        return new PublisherFact(result, fault ?? open, publisher, name, statement.Name, DateTimeOffset.FromUnixTimeMilliseconds(statement.At), coversCard);
    }
}
