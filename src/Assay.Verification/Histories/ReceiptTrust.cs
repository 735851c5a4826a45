using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Judges the receipts of one history: all under the same trust, all of one node.</summary>
internal sealed class ReceiptTrust(TrustFile? trust, DateTimeOffset now)
{
    private readonly SignatureCache _signatures = new();

    /// <summary>The node of the first receipt that could be read; null: none was.</summary>
    internal string? Node { get; private set; }

    /// <summary>Whether a receipt is the node's and unaltered.</summary>
    /// <param name="bytes">The bundle.</param>
    /// <param name="find">Told what isn't as it must be.</param>
    internal (Bundle? Bundle, QuestionStatus Signed, QuestionStatus Logged) Judge(ReadOnlyMemory<byte> bytes, Action<string, QuestionStatus, string> find)
    {
        if (Bundle.TryDecode(bytes, out _) is not { } bundle)
        {
            find(HistoryCodes.ReceiptUnreadable, QuestionStatus.NotEvaluated, "The receipt can't be read.");
            return (null, QuestionStatus.NotEvaluated, QuestionStatus.NotEvaluated);
        }

        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bytes, Trust = trust, Now = now, Signatures = _signatures });
        QuestionResult altered = verdict.Questions.First(static result => result.Question == Question.Altered);
        QuestionStatus logged = verdict.Questions.First(static result => result.Question == Question.Logged).Status;
        QuestionStatus signed = altered.Status;
        if (signed == QuestionStatus.Refuted)
        {
            find(HistoryCodes.ReceiptAltered, QuestionStatus.Refuted, $"The receipt was altered. {altered.Sentence}");
        }
        else if (signed != QuestionStatus.Established)
        {
            find(HistoryCodes.ReceiptUntrusted, QuestionStatus.NotEvaluated, altered.Sentence);
        }

        Node ??= bundle.KeySet.Origin;
        if (bundle.KeySet.Origin != Node)
        {
            find(HistoryCodes.Node, QuestionStatus.Refuted, $"The receipt is by the node '{Shown.Name(bundle.KeySet.Origin)}', others of this history by '{Shown.Name(Node)}'.");
            signed = QuestionStatus.Refuted;
        }

        return (bundle, signed, logged);
    }
}
