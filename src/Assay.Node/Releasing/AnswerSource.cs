using Assay.Node.Serving;

namespace Assay.Node.Releasing;

/// <summary>What computed an answer, as far as evidence about it depends on that.</summary>
/// <param name="Model">A model whose answers can be run again or proved, perhaps; null: a chat model, whose can't.</param>
/// <param name="RanHere">Whether this process computed it: hardware that vouches for this process says nothing of what an upstream did.</param>
internal readonly record struct AnswerSource(ServedModel? Model, bool RanHere)
{
    /// <summary>A model of the catalogue.</summary>
    internal static AnswerSource Of(ServedModel model) => new(model, true);
}
