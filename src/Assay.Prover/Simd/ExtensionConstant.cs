using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <summary>An element prepared to multiply many others: in array form, with the multiples of 3 that the products need.</summary>
internal readonly struct ExtensionConstant
{
    public readonly uint C0, C1, C2, C3, T1, T2, T3;

    private ExtensionConstant(Ext4 form)
    {
        (C0, C1, C2, C3) = (form.C0, form.C1, form.C2, form.C3);
        T1 = (uint)(3UL * C1 % KoalaBear.P);
        T2 = (uint)(3UL * C2 % KoalaBear.P);
        T3 = (uint)(3UL * C3 % KoalaBear.P);
    }

    /// <summary>To multiply elements in array form.</summary>
    public static ExtensionConstant From(Ext4 value) => new(ExtensionForm.Enter(value));

    /// <summary>The same from a value in array form.</summary>
    public static ExtensionConstant FromForm(Ext4 form) => new(form);

    /// <summary>To multiply integers in standard form; the product is in array form.</summary>
    public static ExtensionConstant ForIntegers(Ext4 value) => new(ExtensionForm.Enter(ExtensionForm.Enter(value)));
}
