using System.Collections.Immutable;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Programs;

namespace Assay.Proofs.Keys;

/// <summary>Reads the layout of a key. The CBOR reader's errors are sticky and its counts bounded, so reading goes straight on and asks
/// once.</summary>
internal ref struct ProofKeyReader(ReadOnlySpan<byte> bytes)
{
    private CborReader _cbor = new(bytes);

    public ProofKey? Read(out ProofError? error)
    {
        _cbor.ReadArrayHeader(8);
        if (!_cbor.ReadTextUtf8().SequenceEqual(Encoding.ASCII.GetBytes(DomainTags.ProofKey)))
        {
            _cbor.Fail(ProofErrorCodes.Key);
        }

        ReadOnlySpan<byte> programBytes = _cbor.ReadBytes();
        Digest32 weightsRoot = _cbor.ReadDigest();
        int limbBits = ReadNumber(0);
        ImmutableArray<TailChoice> choices = ReadChoices();
        int tileIndexBits = ReadNumber(0);
        int tileRowBits = ReadNumber(0);
        Digest32 root = _cbor.ReadDigest();
        _cbor.End();
        if (_cbor.Error is not null)
        {
            error = new(_cbor.Error, $"not a proof key, at byte {_cbor.Position}");
            return null;
        }

        ExactProgram? program = ProgramCodec.TryDecode(programBytes, out ProgramError? programError);
        if (program is null)
        {
            error = new(programError!.Code, programError.Detail);
            return null;
        }

        return ProofKey.TryCreate(program, weightsRoot, limbBits, choices, tileIndexBits, tileRowBits, root, out error);
    }

    private ImmutableArray<TailChoice> ReadChoices()
    {
        int count = _cbor.ReadArrayHeader();
        if (count > ProgramLimits.Operations)
        {
            _cbor.Fail(ProofErrorCodes.Key);
        }

        ImmutableArray<TailChoice>.Builder choices = ImmutableArray.CreateBuilder<TailChoice>();
        for (; count > 0 && _cbor.Error is null; count--)
        {
            choices.Add(ReadChoice());
        }

        return choices.ToImmutable();
    }

    private TailChoice ReadChoice()
    {
        int elements = _cbor.ReadArrayHeader();
        if (elements == 0)
        {
            return new TailChoice.None();
        }

        int kind = ReadNumber(0);
        switch ((elements, kind))
        {
            case (1, 0):
                return new TailChoice.Plain();
            case (3, 1):
                return new TailChoice.Direct(ReadList(0), ReadList(0));
            case (4, 2):
                return new TailChoice.Split(ReadNumber(0), ReadList(int.MinValue), ReadList(int.MinValue));
            default:
                _cbor.Fail(ProofErrorCodes.Key);
                return new TailChoice.None();
        }
    }

    private ImmutableArray<int> ReadList(int least)
    {
        int count = _cbor.ReadArrayHeader();
        ImmutableArray<int>.Builder numbers = ImmutableArray.CreateBuilder<int>();
        for (; count > 0 && _cbor.Error is null; count--)
        {
            numbers.Add(ReadNumber(least));
        }

        return numbers.ToImmutable();
    }

    private int ReadNumber(int least)
    {
        long number = _cbor.ReadInt();
        if (number < least || number > int.MaxValue)
        {
            _cbor.Fail(CborErrors.Range);
            return 0;
        }

        return (int)number;
    }
}
