namespace Assay.Verification;

/// <summary>
/// Asks a language model again. Injected, because the verification layer never runs a model. An implementation computes the model's id from its
/// file and takes nobody's word for it; it answers only under the conditions that the receipt names, and doesn't throw for what a receipt says.
/// </summary>
public interface IChatReplayer
{
    /// <summary>Asks the model again, or says why not. The outputs are the answer's parts (spec/chat.md, "Answer").</summary>
    ReplayResult Replay(ChatReplayRequest request);
}
