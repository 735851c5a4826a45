using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The answer to one of the six questions.</summary>
/// <param name="Question">The question.</param>
/// <param name="Status">What is known.</param>
/// <param name="By">On what it rests, if established or asserted.</param>
/// <param name="Sentence">The answer in plain words.</param>
/// <param name="Assumptions">What has to be true besides, if established.</param>
public sealed record QuestionResult(Question Question, QuestionStatus Status, Basis? By, string Sentence, IReadOnlyList<Remark> Assumptions);
