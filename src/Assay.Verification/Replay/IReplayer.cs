namespace Assay.Verification;

/// <summary>
/// Runs exact programs again. Injected, because the verification layer never runs a model. An implementation computes
/// model ids from the programs' bytes and never takes anyone's word for them; it doesn't throw for what a receipt says.
/// </summary>
public interface IReplayer
{
    /// <summary>Runs the program of the model on the inputs, or says why not.</summary>
    ReplayResult Replay(ReplayRequest request);
}
