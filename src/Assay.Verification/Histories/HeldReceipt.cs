using Assay.Primitives;

namespace Assay.Verification;

/// <summary>A receipt of the reader's, held against a history.</summary>
/// <param name="Place">Its place in the input, from 0.</param>
/// <param name="Id">Its id; null: it can't be read.</param>
/// <param name="Number">The number that it names; null: it names none, or doesn't show it.</param>
/// <param name="Status">Established: it is that configuration's. Refuted: history and receipt contradict each other.</param>
/// <param name="Code">One of <see cref="HistoryCodes"/>.</param>
/// <param name="Sentence">The same in plain words.</param>
public sealed record HeldReceipt(int Place, ReceiptId? Id, int? Number, QuestionStatus Status, string Code, string Sentence);
