using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>Reads one build of a policy: its registers must pin it.</summary>
internal sealed class PolicyBuildReader(ClosedJson json)
{
    private const int MaxRegisters = 40;
    private const int MaxRegisterBytes = 64;
    private const int MaxRegisterName = 40;

    internal PolicyBuild? TryRead(JsonElement element, string path)
    {
        if (!json.IsClosed(element, path, "name", "type", "measurements", "isvSvn")
            || !json.TryName(element, "name", path, out string? name)
            || !json.TryText(element, "type", path, isRequired: true, out string? typeName))
        {
            return null;
        }

        if (!EvidenceTypes.TryParse(typeName, out EvidenceType type))
        {
            json.Fail(AttestationPolicyErrors.Value, path + "/type");
            return null;
        }

        if (!json.TryMember(element, "measurements", path, JsonValueKind.Object, isRequired: true, out JsonElement measurements)
            || !TryMeasurements(measurements, type, path + "/measurements", out ImmutableArray<Measurement> registers)
            || !json.TryNumber(element, "isvSvn", path, 0, ushort.MaxValue, out ulong? isvSvn))
        {
            return null;
        }

        // An SGX signer signs many enclaves and their old versions: without a floor each of them would be this build, for ever.
        bool bySigner = type == EvidenceType.IntelSgx && registers.All(static register => register.Name != PolicyRegisters.MrEnclave);
        if (bySigner != isvSvn is not null)
        {
            json.Fail(bySigner ? AttestationPolicyErrors.MissingMember : AttestationPolicyErrors.Unfit, path + "/isvSvn");
            return null;
        }

        return new PolicyBuild(name, type, registers, (uint?)isvSvn);
    }

    private bool TryMeasurements(JsonElement element, EvidenceType type, string path, out ImmutableArray<Measurement> registers)
    {
        registers = [];
        SortedDictionary<string, Measurement> read = new(StringComparer.Ordinal);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string at = $"{path}/{ClosedJson.Shown(member.Name)}";
            if (!IsRegister(member.Name) || read.Count == MaxRegisters)
            {
                return json.Fail(AttestationPolicyErrors.UnknownMember, at);
            }

            if (member.Value.ValueKind != JsonValueKind.String)
            {
                return json.Fail(AttestationPolicyErrors.Type, at);
            }

            string hex = member.Value.GetString()!;
            int length = hex.Length / 2;
            byte[] value = new byte[Math.Min(length, MaxRegisterBytes)];
            if (length is 0 or > MaxRegisterBytes || length != (PolicyRegisters.LengthOf(member.Name) ?? length) || hex.Length % 2 != 0
                || Convert.FromHexString(hex, value, out _, out _) != OperationStatus.Done)
            {
                return json.Fail(AttestationPolicyErrors.Value, at);
            }

            if (PolicyRegisters.MustNotBeZero(member.Name) && !value.AsSpan().ContainsAnyExcept((byte)0))
            {
                return json.Fail(AttestationPolicyErrors.ZeroRegister, at);
            }

            read.Add(member.Name, new Measurement(member.Name, value));
        }

        foreach (string demanded in PolicyRegisters.Demanded(type, read.Keys))
        {
            if (!read.ContainsKey(demanded))
            {
                return json.Fail(AttestationPolicyErrors.NotPinned, $"{path}/{demanded}");
            }
        }

        registers = [.. read.Values];
        return true;
    }

    private static bool IsRegister(string name) =>
        name.Length is >= 1 and <= MaxRegisterName && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
