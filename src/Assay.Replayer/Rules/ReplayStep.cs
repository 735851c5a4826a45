namespace Assay.Replayer.Rules;

/// <summary>The two requests of a replay (spec/endorsements.md, "How a peer replays").</summary>
internal enum ReplayStep
{
    /// <summary>Step 2: the inputs, and nothing of the outputs.</summary>
    Commit,

    /// <summary>Step 3: the outputs.</summary>
    Endorse,
}
