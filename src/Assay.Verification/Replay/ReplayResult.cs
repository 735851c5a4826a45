using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a replayer found: exactly one of four things.</summary>
public abstract record ReplayResult
{
    private ReplayResult()
    {
    }

    /// <summary>The program with the model id asked for was run.</summary>
    /// <param name="Outputs">Its outputs, in the program's order.</param>
    /// <param name="Saturated">How many input elements it clamped at the boundary; null if the replayer doesn't count.</param>
    public sealed record Ran(IReadOnlyList<TensorValue> Outputs, ulong? Saturated) : ReplayResult
    {
        /// <summary>Of a chat, why each choice ended; null: it isn't one.</summary>
        public IReadOnlyList<string>? FinishReasons { get; init; }
    }

    /// <summary>The program with the model id asked for refuses these inputs: nobody can have had an answer from it.</summary>
    public sealed record Refused : ReplayResult;

    /// <summary>
    /// The replayer knows the name that was called, and has never known it as this model. It says so even if it has the program with the model id
    /// asked for: a node that answers with another model under a known name is caught here.
    /// </summary>
    /// <param name="Known">The model that it knows by the name.</param>
    public sealed record OtherModel(ModelId Known) : ReplayResult;

    /// <summary>The replayer can't say anything.</summary>
    /// <param name="Code">Why, as a stable code, for example <c>replay/unavailable</c>.</param>
    public sealed record NotAvailable(string Code) : ReplayResult;
}
