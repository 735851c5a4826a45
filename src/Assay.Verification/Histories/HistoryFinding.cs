namespace Assay.Verification;

/// <summary>Something about a history that isn't as it must be.</summary>
/// <param name="Code">One of <see cref="HistoryCodes"/>.</param>
/// <param name="Status"><see cref="QuestionStatus.Refuted"/>: a contradiction in what the node signed or says; <see cref="QuestionStatus.NotEvaluated"/>: nobody can say.</param>
/// <param name="Number">The configuration that it is about; null: the whole.</param>
/// <param name="Sentence">The same in plain words.</param>
public sealed record HistoryFinding(string Code, QuestionStatus Status, int? Number, string Sentence);
