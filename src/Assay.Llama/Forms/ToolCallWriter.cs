using System.Text;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Llama;

/// <summary>The text <c>{"name":NAME,"arguments":…}</c>, as it comes, to the fragments of a call.</summary>
/// <param name="id">The call's id.</param>
internal sealed class ToolCallWriter(string id)
{
    private readonly StringBuilder _begun = new();
    private bool _isOpen;
    private string _held = "";

    /// <summary>What stands before a function's arguments. Names have nothing in them that JSON escapes.</summary>
    internal static string Opening(string name) => $"{{\"name\":\"{name}\",\"arguments\":";

    /// <summary>An id that the same seed and choice give again.</summary>
    internal static string IdOf(ulong seed, int choice) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"call_{Digest32.Sha256(Encoding.UTF8.GetBytes($"assay/call-id/v1 {seed} {choice}")).ToString()[..24]}");

    internal ChatToolFragment? Add(string text)
    {
        if (_isOpen)
        {
            // The last brace is the call's, not the arguments'.
            string known = _held + text;
            _held = known.Length > 0 ? known[^1..] : "";
            return known.Length > 1 ? new ChatToolFragment(0, null, null, known[..^1]) : null;
        }

        _begun.Append(text);
        string begun = _begun.ToString();
        const string Before = "{\"name\":\"", After = "\",\"arguments\":";
        int end = begun.IndexOf(After, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        _isOpen = true;
        ChatToolFragment? first = Add(begun[(end + After.Length)..]);
        return new ChatToolFragment(0, id, begun[Before.Length..end], first?.Arguments ?? "");
    }

    /// <summary>The rest.</summary>
    /// <param name="isComplete">Whether the call came to its end.</param>
    internal ChatToolFragment? End(bool isComplete) => _isOpen && !isComplete && _held.Length > 0 ? new ChatToolFragment(0, null, null, _held) : null;
}
