using Assay.Primitives.Cbor;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private void AddUnreadable()
    {
        byte[] plain = _world.Parts().Encode();
        void Spoilt(string name, string note, Action<BundleParts> spoil) => Unreadable(name, note, _world.Parts().Also(spoil).Encode());

        Unreadable("empty", "No bytes.", []);
        Unreadable("not-cbor", "Text.", "receipt"u8.ToArray());
        Unreadable("truncated", "The last byte is missing.", plain[..^1]);
        Unreadable("truncated-in-claims", "Half of it is missing.", plain[..(plain.Length / 2)]);
        Unreadable("trailing-byte", "One byte too many.", [.. plain, 0]);
        Unreadable("bundle-key-not-shortest", "Key 1 in two bytes.", [plain[0], 0x18, 0x01, .. plain[2..]]);
        Unreadable("bundle-indefinite-map", "The map has no length.", [0xbf, .. plain[1..], 0xff]);
        Unreadable("bundle-tagged", "A tag before the map.", [0xd8, 0x18, .. plain]);
        Unreadable("bundle-count-too-high", "The map says eight pairs.", [0xa8, .. plain[1..]]);
        Unreadable("bundle-profile", "A bundle of another version.", Replace(plain, "assay/bundle/v1", "assay/bundle/v2"));
        Unreadable("bundle-keys-swapped", "Keys 2 and 3 in the wrong order.", KeysSwapped(_world.Parts()));
        Unreadable("bundle-key-repeated", "Key 1 twice, key 2 missing.", [.. plain.AsSpan(0, 18), 0x01, .. plain.AsSpan(19)]);
        Unreadable("statement-profile", "A statement of another version.", Replace(plain, "assay/receipt/v1", "assay/receipt/v2"));
        Spoilt("statement-too-long", "One byte after the statement's map.", static p => p.Statement = [.. p.Statement, 0]);
        Spoilt("statement-level-source", "A level source that doesn't exist.", static p => p.Statement[129] = 5);
        Spoilt("statement-phase", "A phase that doesn't exist.", static p => p.Statement[202] = 3);
        Spoilt("statement-counter-zero", "Counters start at 1.", static p => p.Statement.AsSpan(84, 8).Clear());
        Spoilt("statement-issued-at", "Issued after the year 9999.", static p => p.Statement[74] = 0x7f);
        Spoilt("statement-frame", "A key of the statement's map is another.", static p => p.Statement[20] = 0x59);
        Spoilt("envelope-index-out-of-range", "Index equal to the size.", static p => p.Index = p.Size);
        Spoilt("envelope-path-entry-short", "A path entry of 31 bytes.", static p => p.Path = [new byte[31]]);
        Spoilt("envelope-path-too-long", "More path entries than any batch needs.", static p => p.Path = [.. Enumerable.Repeat(new byte[32], 21)]);
        Unreadable("keyset-profile", "A key set of another version.", Replace(plain, "assay/keyset/v1", "assay/keyset/v2"));
        Spoilt("keyset-receipt-key-off-curve", "The receipt key isn't a point of the curve.", static p => p.KeySet = Forge.Flip(p.KeySet, IndexOf(p.KeySet, [0x03, 0x58, 0x40]) + 3 + 63));
        Spoilt("keyset-interval-reversed", "Not-after before not-before.", static p => p.KeySet = Swapped(p.KeySet, IndexOf(p.KeySet, [0x05, 0x48]) + 2, p.KeySet.Length - 8, 8));
        Spoilt("keyset-origin-with-space", "An origin that can't be a note's key name.", static p => p.KeySet = Replace(p.KeySet, "node.example", "node example"));
        Spoilt("claims-seven-groups", "A group is missing.", static p => p.Claims = p.Claims[..7]);
        Spoilt("claims-leaf-missing", "A group has a leaf too few.", static p => p.Claims[1] = p.Claims[1][..4]);
        Spoilt("claims-leaf-added", "A group has a leaf too many.", static p => p.Claims[1] = [.. p.Claims[1], p.Claims[1][4]]);
        Spoilt("claims-leaves-swapped", "Two leaves of a group changed places.", static p => (p.Claims[4][0], p.Claims[4][1]) = (p.Claims[4][1], p.Claims[4][0]));
        Spoilt("claims-label", "A leaf has another label.", static p => p.Leaf(ClaimRegistry.ModelName) = Forge.Relabelled(p.Leaf(ClaimRegistry.ModelName), "nome"));
        Spoilt("claims-type", "A number where a text belongs.", static p => p.Leaf(ClaimRegistry.ModelName) = Forge.WithValue(p.Leaf(ClaimRegistry.ModelName), static w => w.WriteUInt(1)));
        Spoilt("claims-chat-type", "A chat's leaf with a value of another type.", static p => p.Leaf(ClaimRegistry.OutputUsage) = Forge.WithValue(p.Leaf(ClaimRegistry.OutputUsage), static w => w.WriteUInt(1)));
        Spoilt("claims-digest-short", "A digest of 31 bytes.", static p => p.Leaf(ClaimRegistry.ModelModelId) = Forge.WithValue(p.Leaf(ClaimRegistry.ModelModelId), static w => w.WriteBytes(new byte[31])));
        Spoilt("claims-salt-short", "A salt of 15 bytes.", static p => p.Leaf(ClaimRegistry.ModelName) = SaltShortened(p.Leaf(ClaimRegistry.ModelName)));
        Spoilt("claims-redacted-short", "A redacted leaf's hash of 31 bytes.", static p => p.Leaf(ClaimRegistry.ModelName) = Forge.Cbor(static w => w.WriteBytes(new byte[31])));
        Spoilt("claims-tensor-length", "A tensor with fewer bytes than its shape says.", static p => p.Leaf(ClaimRegistry.RequestInputs) = Forge.WithValue(p.Leaf(ClaimRegistry.RequestInputs), static w => WriteTensor(w, "FP32", 12)));
        Spoilt("claims-tensor-datatype", "A tensor of another datatype.", static p => p.Leaf(ClaimRegistry.RequestInputs) = Forge.WithValue(p.Leaf(ClaimRegistry.RequestInputs), static w => WriteTensor(w, "INT8", 16)));
        Spoilt("output-part-malformed", "An output part that isn't an array of five.", static p => p.Outputs[0] = Forge.Cbor(static w => w.WriteNull()));
        Spoilt("attachments-unsorted", "Attachments in the wrong order.", static p => p.Attachments.Reverse());
        Spoilt("attachments-repeated", "The same attachment twice.", static p => p.Attachments = [p.Attachments[0], p.Attachments[0]]);
        Spoilt("attachments-too-many", "More attachments than may be named.", static p => SetAttachments(p, [.. p.Attachments, .. Enumerable.Range(0, Bundle.MaxAttachments - 1).Select(static i => new byte[] { (byte)(i >> 8), (byte)i })]));
        Spoilt("log-entry-profile", "A log entry of another version.", static p => p.Entry = Replace(p.Entry, "assay/log/v1", "assay/log/v2"));
        Spoilt("log-entry-kind", "A log entry of an unknown kind.", static p => p.Entry = Replace(p.Entry, "receipt", "recipes"));
        Spoilt("log-entry-level", "A level that doesn't exist.", static p => p.Entry = Replace(p.Entry, "signed", "sealed"));
        Spoilt("log-entry-bucket", "A bucket that doesn't exist.", static p => p.Entry = Replace(p.Entry, "1e1", "2e1"));
        Spoilt("log-path-too-long", "More path entries than any log needs.", static p => p.LogPath = [.. Enumerable.Repeat(new byte[32], 64)]);
    }

    private static byte[] Replace(byte[] bytes, params string[] pairs)
    {
        for (int i = 0; i < pairs.Length; i += 2)
        {
            bytes = Replace(bytes, System.Text.Encoding.UTF8.GetBytes(pairs[i]), System.Text.Encoding.UTF8.GetBytes(pairs[i + 1]));
        }

        return bytes;
    }

    private static byte[] Replace(byte[] bytes, byte[] old, byte[] replacement)
    {
        int at = bytes.AsSpan().IndexOf(old);
        return at < 0 ? bytes : [.. bytes.AsSpan(0, at), .. replacement, .. bytes.AsSpan(at + old.Length)];
    }

    private static int IndexOf(byte[] bytes, byte[] part) => bytes.AsSpan().IndexOf(part);

    private static byte[] Swapped(byte[] bytes, int first, int second, int length)
    {
        byte[] swapped = [.. bytes];
        bytes.AsSpan(first, length).CopyTo(swapped.AsSpan(second));
        bytes.AsSpan(second, length).CopyTo(swapped.AsSpan(first));
        return swapped;
    }

    private static byte[] SaltShortened(byte[] leaf) => [0x83, 0x4f, .. leaf.AsSpan(3)];

    private static byte[] KeysSwapped(BundleParts parts)
    {
        byte[] bytes = parts.Encode();
        CborReader reader = new(bytes);
        reader.ReadMapHeader();
        reader.MapKey(1);
        reader.ReadRawItem();
        int second = reader.Position;
        reader.MapKey(2);
        reader.ReadRawItem();
        int third = reader.Position;
        reader.MapKey(3);
        reader.ReadRawItem();
        int fourth = reader.Position;
        return [.. bytes[..second], .. bytes[third..fourth], .. bytes[second..third], .. bytes[fourth..]];
    }

    private static void WriteTensor(CborWriter writer, string datatype, int length)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(4);
        writer.WriteText("x");
        writer.WriteText(datatype);
        writer.WriteArrayHeader(1);
        writer.WriteUInt(4);
        writer.WriteBytes(new byte[length]);
    }
}
