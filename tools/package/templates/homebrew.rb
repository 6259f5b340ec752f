class Arm < Formula
  desc "@SUMMARY@"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@RELEASE@/arm-@VERSION@-aarch64-apple-darwin.tar.xz"
      sha256 "@aarch64-apple-darwin.tar.xz@"
    end
    on_intel do
      url "@RELEASE@/arm-@VERSION@-x86_64-apple-darwin.tar.xz"
      sha256 "@x86_64-apple-darwin.tar.xz@"
    end
  end
  on_linux do
    on_arm do
      url "@RELEASE@/arm-@VERSION@-aarch64-unknown-linux-musl.tar.xz"
      sha256 "@aarch64-unknown-linux-musl.tar.xz@"
    end
    on_intel do
      url "@RELEASE@/arm-@VERSION@-x86_64-unknown-linux-musl.tar.xz"
      sha256 "@x86_64-unknown-linux-musl.tar.xz@"
    end
  end

  def install
    bin.install "arm"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/arm.bash" => "arm"
    zsh_completion.install "completions/_arm"
    fish_completion.install "completions/arm.fish"
    doc.install Dir["*.md", "LICENSE-*", "THIRD-PARTY-LICENSES.txt"]
  end

  test do
    assert_match "vm-web-01", shell_output("#{bin}/arm --sandbox list vm")
  end
end
